#!/bin/sh
# Find Python @PYTHON@ and install from this folder alone; see README.txt.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in ${NNGIS_PYTHON:-} "$here/python/bin/python3" python@PYTHON@ python3 python; do
  if "$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "@PYTHON@")' 2>/dev/null; then
    exec "$python" "$here/install.py" "$@"
  fi
done
echo "Python @PYTHON@ is needed and was not found; README.txt says where to get it." >&2
exit 1
