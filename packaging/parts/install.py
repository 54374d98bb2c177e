"""Install nngis from this folder alone; no network is asked. Run by install.cmd and install.sh.

install.py [FOLDER]            make an environment there (nngis-env beside this file if absent)
install.py --remove [FOLDER]   remove it
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ABOUT = json.loads((HERE / "bundle.json").read_text(encoding="utf-8"))
MARK = "nngis-env.json"
WINDOWS = sys.platform == "win32"
LONGEST_PATH = 259


def tell(zh, en):
    """Print a sentence in both languages; what the console cannot write is replaced."""
    for text in (zh, en):
        page = sys.stdout.encoding or "ascii"
        print(text.encode(page, "replace").decode(page), flush=True)


def stop(zh, en):
    """Say what is wrong and how to mend it, and end."""
    tell(zh, en)
    raise SystemExit(1)


def check_python():
    """Look whether the bundle was made for this Python and this machine."""
    here = ".".join(map(str, sys.version_info[:2]))
    machine = platform.machine().lower()
    if here != ABOUT["python"] or sys.maxsize < 2**32:
        stop(
            f"本安装包用于 64 位 Python {ABOUT['python']}，现在运行的是 {here}。",
            f"This bundle is for 64-bit Python {ABOUT['python']}; this one is {here}.",
        )
    if sys.platform != ABOUT["sys_platform"] or machine != ABOUT["machine"].lower():
        stop(
            f"本安装包用于 {ABOUT['platform']}，这台机器是 {sys.platform} {machine}。",
            f"This bundle is for {ABOUT['platform']}; this machine is {sys.platform} {machine}.",
        )


def check_length(folder):
    """Windows opens no file whose path is longer than 259 signs unless told so."""
    length = len(str(folder / "Lib" / "site-packages")) + 1 + ABOUT["longest_name"]
    if WINDOWS and length > LONGEST_PATH:
        stop(
            f"路径太长（{length} 字符）；请把安装包放到浅一些的文件夹，如 D:\\nngis。",
            f"The path gets too long ({length} signs); use a shorter one, such as D:\\nngis.",
        )


def inside(folder, name):
    """Find a program of the environment."""
    return folder / ("Scripts" if WINDOWS else "bin") / (name + (".exe" if WINDOWS else ""))


def call(*command):
    """Run a program on the bundle alone: what pip is told elsewhere does not hold here."""
    env = {key: value for key, value in os.environ.items() if not key.upper().startswith("PIP_")}
    env["PIP_CONFIG_FILE"] = os.devnull
    env.pop("PYTHONPATH", None)
    env.pop("PYTHONHOME", None)
    return subprocess.run(
        [str(part) for part in command], cwd=HERE, env=env, check=False
    ).returncode


def install(folder):
    """Make the environment, install every wheel by its hash, and try it."""
    check_python()
    check_length(folder)
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            stop(f"文件夹里有别的文件：{folder}", f"The folder holds other files: {folder}")
        remove(folder)
    tell(f"正在安装到 {folder}，约需一两分钟 ...", f"Installing into {folder}; a minute or two ...")
    if call(sys.executable, "-m", "venv", folder):
        stop(
            "不能建立 Python 环境（Debian 需要 python3-venv）。",
            "No environment (venv) can be made.",
        )
    (folder / MARK).write_text(json.dumps(ABOUT), encoding="utf-8")
    pip = (inside(folder, "python"), "-I", "-m", "pip", "--disable-pip-version-check")
    options = ("--quiet", "--no-cache-dir", "--no-index", "--find-links", HERE / "wheels")
    wanted = ("--require-hashes", "--only-binary", ":all:", "-r", HERE / "requirements.txt")
    if call(*pip, "install", *options, *wanted) or call(*pip, "check"):
        stop("安装失败；请重新拷贝安装包后再试。", "It failed; copy the bundle again and retry.")
    if call(inside(folder, "nngis"), "doctor"):
        stop("已安装，但上面有检查没有通过。", "Installed, but a check above failed.")
    command = inside(folder, "nngis")
    tell(f'好了。运行："{command}" run', f'Done. Run: "{command}" run')


def remove(folder):
    """Remove the environment, and nothing that is not ours."""
    if not (folder / MARK).is_file():
        stop(f"这里没有 nngis 的环境：{folder}", f"There is no environment of nngis: {folder}")
    shutil.rmtree(folder)
    tell(f"已删除 {folder}", f"Removed {folder}")


def main(arguments):
    """Read the arguments and do it."""
    doing = remove if "--remove" in arguments else install
    named = [one for one in arguments if not one.startswith("-")]
    doing(Path(named[0]).resolve() if named else HERE / "nngis-env")


if __name__ == "__main__":
    main(sys.argv[1:])
