#!/bin/sh
# Make everything that a make target needs: the virtual environment, the packages, a Chromium. Safe to run again.
# Usage: tools/set-up.sh [run|dev]     "run" installs what the program needs, "dev" adds what its tests and checks need.
set -eu
cd "$(dirname "$0")/.."
want="${1:-run}"
say() { printf '%s\n' "set-up: $*" >&2; }
as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

python=""
for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null 2>&1 &&
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python="$candidate"
    break
  fi
done
if [ -z "$python" ] && as_root; then
  say "installing Python (python3, python3-venv) ..."
  apt-get update -qq && apt-get install -y -qq python3 python3-venv >/dev/null
  python=python3
fi
[ -n "$python" ] || { say "Python 3.11 or newer is needed and was not found; install it and try again."; exit 1; }

if [ ! -x .venv/bin/python ]; then
  say "making the virtual environment .venv with $("$python" --version) ..."
  if ! "$python" -m venv .venv 2>/dev/null; then
    rm -rf .venv
    if as_root; then
      apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
      "$python" -m venv .venv
    else
      say "$python cannot make virtual environments; install python3-venv (Debian, Ubuntu) and try again."
      exit 1
    fi
  fi
fi

stamp=".venv/.ready-$want"
if [ ! -e "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
  say "installing packages ($want) ..."
  if [ "$want" = dev ]; then extras=".[dev]"; else extras="."; fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -e "$extras" 2>.venv/pip.log ||
    { cat .venv/pip.log >&2; say "pip could not install what is listed in pyproject.toml; see above."; exit 1; }
  touch "$stamp"
fi

# A Chromium: the one there is; else Playwright's; else Debian's package when root; else carry on without.
have_browser() { .venv/bin/tosmonitor doctor --browser >/dev/null 2>&1; }
if [ ! -e .venv/.browser ] && ! have_browser; then
  say "no Chromium found; trying Playwright's own ..."
  limit=""
  if command -v timeout >/dev/null 2>&1; then limit="timeout 180"; fi
  if ! { $limit .venv/bin/playwright install chromium >.venv/playwright.log 2>&1 && have_browser; }; then
    if as_root; then
      say "trying Debian's package chromium ..."
      { apt-get update -qq && apt-get install -y -qq chromium; } >.venv/apt.log 2>&1 || true
    fi
  fi
  if ! have_browser; then
    touch .venv/.browser
    say "no Chromium could be had: pages that only a browser renders will show as not observed, with the reason."
    .venv/bin/tosmonitor doctor --browser >&2 || true
  fi
fi
