"""The panel: the case, its scenarios, indicators with their verdicts, and why an object is so."""

import webbrowser
from pathlib import Path

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QColor, QFontDatabase
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDockWidget,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .cases import run_folder_of, scenarios_of
from .child import ChildError, start_alone
from .click import WhyTool
from .program import case_folder, check_fit, commands, find_program, set_case, set_program
from .results import FOLDER, KEY, indicator_rows, load_run, read_run
from .tasks import ChildTask
from .words import language, say, spoken

COLOURS = {"met": "#2e7d32", "missed": "#c62828", "unknown": "#8a6d00"}
SHIPPED = ("内置案例", "The case that ships")


class NngisDock(QDockWidget):
    """The panel of nngis."""

    def __init__(self, iface):
        super().__init__("nngis")
        self.setObjectName("nngis")
        self.iface, self.tasks, self.shown = iface, [], None
        self.tool = WhyTool(iface.mapCanvas(), self.show_why)
        self._build()
        self._connect()
        self.refresh()

    # what is seen

    def _build(self):
        self.case, self.scenario, self.run_of = QLabel(), QComboBox(), QComboBox()
        self.choose_case = QPushButton("…")
        self.start = QPushButton(say("运行", "Run"))
        self.cancel = QPushButton(say("取消", "Cancel"))
        self.open_run = QPushButton(say("打开结果…", "Open results…"))
        self.why = QPushButton(say("点选问依据", "Click: why?"))
        self.desk = QPushButton(say("打开规划桌面", "Open the desk"))
        self.page = QPushButton(say("总览页", "Page of results"))
        self.settings = QPushButton(say("设置…", "Settings…"))
        self.table, self.text, self.status = QTableWidget(0, 4), QPlainTextEdit(), QLabel()
        titles = (("指标", "Indicator"), ("数值", "Value"), ("目标", "Target"), ("结论", "Verdict"))
        self.table.setHorizontalHeaderLabels([say(*one) for one in titles])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.why.setCheckable(True)
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.status.setWordWrap(True)
        self.cancel.setEnabled(False)
        body, top, row = QWidget(), QGridLayout(), QHBoxLayout()
        for at, (title, widget, button) in enumerate(
            (
                (say("案例", "Case"), self.case, self.choose_case),
                (say("情景", "Scenario"), self.scenario, self.start),
                (say("结果", "Results"), self.run_of, self.open_run),
            )
        ):
            top.addWidget(QLabel(title), at, 0)
            top.addWidget(widget, at, 1)
            top.addWidget(button, at, 2)
        top.addWidget(self.status, 3, 0, 1, 2)
        top.addWidget(self.cancel, 3, 2)
        top.setColumnStretch(1, 1)
        for button in (self.why, self.page, self.desk, self.settings):
            row.addWidget(button)
        whole = QVBoxLayout(body)
        whole.addLayout(top)
        whole.addWidget(self.table, 3)
        whole.addLayout(row)
        whole.addWidget(self.text, 2)
        self.setWidget(body)

    def _connect(self):
        self.choose_case.clicked.connect(self._choose_case)
        self.start.clicked.connect(self.run)
        self.cancel.clicked.connect(self._cancel)
        self.open_run.clicked.connect(self._open_run)
        self.run_of.currentIndexChanged.connect(self._show_run)
        self.why.toggled.connect(self._use_tool)
        self.desk.clicked.connect(self.open_desk)
        self.page.clicked.connect(self._open_page)
        self.settings.clicked.connect(self._choose_program)
        self.iface.mapCanvas().selectionChanged.connect(self._selected)
        QgsProject.instance().layersAdded.connect(self._list_runs)
        QgsProject.instance().cleared.connect(self._list_runs)

    def close_down(self):
        """Let go of QGIS."""
        for task in self.tasks:
            task.cancel()
        self.iface.mapCanvas().selectionChanged.disconnect(self._selected)
        QgsProject.instance().layersAdded.disconnect(self._list_runs)
        QgsProject.instance().cleared.disconnect(self._list_runs)
        self.iface.mapCanvas().unsetMapTool(self.tool)

    def refresh(self):
        """Show the case, its scenarios and the runs of the project anew."""
        folder = case_folder()
        self.case.setText(Path(folder).name if folder else say(*SHIPPED))
        self.case.setToolTip(folder)
        self.scenario.clear()
        self.scenario.addItem(say("案例本身", "The case as it is"), "")
        for path in scenarios_of(folder):
            self.scenario.addItem(path.stem, str(path))
        try:
            self.desk.setEnabled("desk" in commands(find_program()))
        except ChildError as error:
            self.desk.setEnabled(False)
            self.status.setText(str(error))
        self._list_runs()

    # the runs that the project holds

    def _list_runs(self, *_):
        kept = self.run_of.currentData()
        layers = QgsProject.instance().mapLayers().values()
        folders = sorted({str(one.customProperty(FOLDER, "")) for one in layers} - {""})
        if [self.run_of.itemData(at) for at in range(self.run_of.count())] == folders:
            return
        self.run_of.clear()
        for folder in folders:
            self.run_of.addItem(Path(folder).name, folder)
        if kept in folders:
            self.run_of.setCurrentIndex(folders.index(kept))

    def _show_run(self, *_):
        self.show_run(self.run_of.currentData())

    def show_run(self, folder):
        """Show the indicators of a run."""
        self.shown = folder
        self.table.setRowCount(0)
        for result in read_run(folder) if folder else []:
            self._add_row((spoken(result["title"]), "", "", "", ""))
            for row in indicator_rows(result):
                self._add_row(row)
        self.table.resizeColumnsToContents()

    def _add_row(self, row):
        at = self.table.rowCount()
        self.table.insertRow(at)
        *texts, status = row
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column == len(texts) - 1 and status in COLOURS:
                item.setForeground(QColor(COLOURS[status]))
            self.table.setItem(at, column, item)

    # what is done

    def run(self):
        """Run the scenario in the background, and load what it leaves."""
        scenario, folder = self.scenario.currentData(), case_folder()
        target = run_folder_of(folder, scenario, QgsProject.instance().homePath())

        def words():
            case = ["--case", folder] if folder else []
            what = [scenario] if scenario else []
            return [check_fit(), "run", *what, *case, "--lang", language(), "--json"]

        def done(task, ok):
            if ok:
                load_run(QgsProject.instance(), target)
                self.run_of.setCurrentIndex(self.run_of.findData(str(target)))
                self.show_run(str(target))
            self._ended(task, ok)

        return self._begin(ChildTask(say("nngis 运行", "nngis run"), words, done, target))

    def show_why(self, folder, id_):
        """Show why an object of a run was decided as it was."""

        def words():
            return [find_program(), "explain", str(folder), str(id_), "--lang", language()]

        def done(task, ok):
            self.text.setPlainText(task.text if ok else task.error)
            self._ended(task, ok)

        return self._begin(ChildTask(say("nngis 依据", "nngis why"), words, done))

    def open_desk(self):
        """Start the desk, which opens in the browser, and leave it to itself."""
        folder = case_folder()
        words = ["--case", folder] if folder else []
        words += ["--open", self.shown] if self.shown else []
        kept = run_folder_of(folder, "", QgsProject.instance().homePath()).with_name("nngis_desk")
        try:
            start_alone([check_fit(), "desk", *words, "--folder", str(kept)])
        except (ChildError, OSError) as error:
            self.status.setText(str(error))

    def _begin(self, task):
        self.tasks.append(task)
        task.stepped.connect(self.status.setText)
        self.cancel.setEnabled(True)
        QgsApplication.taskManager().addTask(task)
        return task

    def _ended(self, task, ok):
        self.tasks = [one for one in self.tasks if one is not task]
        self.cancel.setEnabled(bool(self.tasks))
        cancelled = say("已取消。", "Cancelled.")
        self.status.setText("" if ok else task.error or cancelled)

    def _cancel(self):
        for task in self.tasks:
            task.cancel()

    def _selected(self, layer):
        """Show why, where one object of a result is selected."""
        key = layer.customProperty(KEY, "") if layer is not None else ""
        if not key or layer.selectedFeatureCount() != 1:
            return
        feature = next(layer.getSelectedFeatures())
        self.show_why(layer.customProperty(FOLDER), feature[key])

    def _use_tool(self, on):
        canvas = self.iface.mapCanvas()
        if on:
            canvas.setMapTool(self.tool)
        else:
            canvas.unsetMapTool(self.tool)

    # what is asked of the user

    def _choose_case(self):
        title = say(
            "案例文件夹（取消则用内置案例）", "Folder of the case (none: the one that ships)"
        )
        set_case(QFileDialog.getExistingDirectory(self, title, case_folder()))
        self.refresh()

    def _choose_program(self):
        title = say("nngis 程序", "The program nngis")
        path, _ = QFileDialog.getOpenFileName(self, title)
        if path:
            set_program(path)
            self.status.setText("")
            self.refresh()

    def _open_run(self):
        folder = QFileDialog.getExistingDirectory(self, say("结果文件夹", "Folder of results"))
        if folder and not load_run(QgsProject.instance(), Path(folder)):
            self.status.setText(
                say("这个文件夹里没有 nngis 的结果。", "This folder holds no results of nngis.")
            )

    def _open_page(self):
        page = Path(self.shown or "") / "index.html"
        if self.shown and page.is_file():
            webbrowser.open(QUrl.fromLocalFile(str(page)).toString())
