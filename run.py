#!/usr/bin/env python3
"""一条命令：在项目文件夹里建立独立环境（.venv），然后做一件事。

    python3 run.py examples    安装，并生成示例报告到 outputs
    python3 run.py test        安装开发工具，跑全部检查和测试
    python3 run.py lab         安装，并打开 JupyterLab
    python3 run.py setup       只安装

系统自带的 Python 不受影响；删除 .venv 文件夹即全部卸载。
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = Path(os.environ.get("NIANBAO_VENV", ROOT / ".venv"))
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
MINIMUM = (3, 11)
EXAMPLES = [
    "params/2019",
    "params/2021",
    "params/2023",
    "params/2024",
    "params/2025",
]
CHECKS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["pytest"],
]


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    actions = {"examples": examples, "test": test, "lab": lab, "setup": setup}
    if len(arguments) < 1 or arguments[0] not in actions:
        print(__doc__)
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    if sys.version_info < MINIMUM:
        print(f"需要 Python {MINIMUM[0]}.{MINIMUM[1]} 或更高，现在是 {sys.version.split()[0]}")
        return 2
    return actions[arguments[0]](arguments[1:])


def setup(_: list[str], lock: str = "requirements.lock") -> int:
    """Create the environment and install what the lock file names, hashes checked."""
    content = b"".join((ROOT / name).read_bytes() for name in (lock, "pyproject.toml"))
    mark = hashlib.sha256(content).hexdigest()
    stamp = ENVIRONMENT / f"{lock}.installed"
    if stamp.is_file() and stamp.read_text() == mark and PYTHON.exists():
        return 0
    print(f"正在安装到 {ENVIRONMENT.name}（第一次约需几分钟）……", flush=True)
    pip = make_environment()
    for step in (
        ["install", "--require-hashes", "--requirement", str(ROOT / lock)],
        ["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ):
        code = subprocess.call([*pip, *step, "--quiet", "--disable-pip-version-check"])
        if code:
            print("安装没有成功，请看上面的信息；网络不通时请检查 pip 的镜像设置。")
            return code
    stamp.write_text(mark)
    return 0


def make_environment() -> list[str]:
    """Create the environment; return the pip command that installs into it.

    Some systems ship Python without the part that puts pip into an environment; the pip that
    is there can install from outside.
    """
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=False)
    except (subprocess.CalledProcessError, ImportError):
        venv.create(ENVIRONMENT, with_pip=False, clear=True)
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip"]


def examples(arguments: list[str]) -> int:
    """Build the example reports."""
    return setup([]) or call(["nianbao", "build", *EXAMPLES, *arguments])


def test(arguments: list[str]) -> int:
    """Run the linter, the format check, the type checker and all tests."""
    code = setup([], "requirements-dev.lock")
    for check in CHECKS:
        if code:
            return code
        print("→", " ".join(check), flush=True)
        code = call([*check, *(arguments if check[0] == "pytest" else [])])
    return code


def lab(arguments: list[str]) -> int:
    """Open JupyterLab on the notebooks."""
    return setup([]) or call([*lab_command(ROOT), *arguments])


def lab_command(root: Path) -> list[str]:
    """The command that opens JupyterLab on the project, in Chinese and asking for no news."""
    return [
        "jupyter",
        "lab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.app_settings_dir={root / 'lab'}",
        "--LabApp.default_url=/lab/tree/notebooks",
    ]


def call(command: list[str]) -> int:
    """Run a program of the environment in the project's folder."""
    program, *rest = command
    module = {"nianbao": "helpers.cli"}.get(program, program)
    return subprocess.call([str(PYTHON), "-m", module, *rest], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
