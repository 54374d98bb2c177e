@echo off
rem Find Python @PYTHON@ and install from this folder alone; see README.txt.
setlocal DisableDelayedExpansion
set "HERE=%~dp0"
if exist "%HERE%python\python.exe" goto beside
py -@PYTHON@ -c "import sys" >nul 2>nul
if not errorlevel 1 goto launcher
python -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] != '@PYTHON@')" >nul 2>nul
if not errorlevel 1 goto path
echo Python @PYTHON@ (64-bit) is needed and was not found; README.txt says where to get it.
set "CODE=1"
goto end
:beside
"%HERE%python\python.exe" "%HERE%install.py" %*
set "CODE=%errorlevel%"
goto end
:launcher
py -@PYTHON@ "%HERE%install.py" %*
set "CODE=%errorlevel%"
goto end
:path
python "%HERE%install.py" %*
set "CODE=%errorlevel%"
:end
if "%~1"=="" pause
exit /b %CODE%
