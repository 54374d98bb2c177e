"""nngis in the background of QGIS: a child process as a task, with its steps and its end told."""

from qgis.core import QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from .child import CancelledError, ChildError, run_child, whole_folder


class ChildTask(QgsTask):
    """A command of nngis; `done` is called in the main thread when it has ended.

    `arguments` is a function that is asked for the words, in the background: it may ask nngis
    itself. With a `target` its result is written there, whole or not at all.
    """

    stepped = pyqtSignal(str)

    def __init__(self, title, arguments, done, target=None):
        super().__init__(title, QgsTask.Flag.CanCancel)
        self.arguments, self.done, self.target = arguments, done, target
        self.text, self.error = "", ""

    def setProgressText(self, line):
        """Tell of a step, as `run_child` asks."""
        self.stepped.emit(line)

    def run(self):
        """Run the command, in the background."""
        try:
            words = self.arguments()
            if self.target is None:
                self.text = run_child(words, self)
            else:
                with whole_folder(self.target) as out:
                    self.text = run_child([*words, "--out", str(out)], self)
        except CancelledError:
            return False
        except (ChildError, OSError) as error:
            self.error = str(error)
            return False
        return True

    def finished(self, ok):
        """Tell of the end, in the main thread."""
        self.done(self, ok)
