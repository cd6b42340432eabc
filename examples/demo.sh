#!/bin/sh
# Runs the Python and the C++ example into one new store and asks it where things came from.
# Needs python and mltrack on the PATH and the C++ library in build/prefix, as `make demo` puts them there.
set -eu
cd "$(dirname "$0")/.."

export MLTRACK_STORE=build/demo.db
data=examples/data/penguins.csv
mkdir -p build
rm -rf "$MLTRACK_STORE" "$MLTRACK_STORE-wal" "$MLTRACK_STORE-shm" "$MLTRACK_STORE.objects"

# The command as it can be typed, then what it prints.
show() {
  printf '\n$'
  for word; do
    case $word in
    *[!A-Za-z0-9_./:=-]*) printf ' "%s"' "$word" ;;
    *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  "$@"
}

echo "== C++ example: building it against the installed library"
cmake -S examples/cpp/penguins -B build/examples/penguins -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$PWD/build/prefix" >build/demo-configure.log || { cat build/demo-configure.log; exit 1; }
cmake --build build/examples/penguins >build/demo-build.log || { cat build/demo-build.log; exit 1; }

echo "== One store for both languages: $MLTRACK_STORE"
show python examples/python/penguins.py "$data" "$MLTRACK_STORE" | tee build/demo-python.log
show build/examples/penguins/penguins "$data" "$MLTRACK_STORE" | tee build/demo-cpp.log

echo
echo "== Which models are there, and what came out of this file?"
show mltrack query models --where "metrics.accuracy > 0.9"
show mltrack query descendants "$data"

echo
echo "== Where does a prediction come from? First the one of scikit-learn, then the one of dlib"
show mltrack query ancestors "$(sed -n 's/^prediction //p' build/demo-python.log)"
show mltrack query ancestors "$(sed -n 's/^prediction //p' build/demo-cpp.log)"

echo
echo "== Is the store sound?"
show mltrack doctor

cat <<END

== To type these and other questions yourself, from this folder

. .venv/bin/activate
export MLTRACK_STORE="\$PWD/$MLTRACK_STORE"
mltrack query runs
END
