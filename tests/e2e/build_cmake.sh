#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# find_package(orpc) and orpc_add_idl(), with make and with ninja.
. "${top_srcdir:?}/tests/lib/tap.sh"
. "$top_srcdir/tests/lib/stage.sh"
. "$top_srcdir/tests/e2e/builds_lib.sh"

command -v cmake >/dev/null || skip_all "cmake"
command -v ninja >/dev/null || skip_all "ninja"
CMAKE_PREFIX_PATH=$stage_prefix
export CMAKE_PREFIX_PATH

start()
{
	cmake -G "$generator" -S "$src" -B build
}

build()
{
	cmake --build build -j4 >"$tmp/build.log" 2>&1 ||
		{ cat "$tmp/build.log"; return 1; }
}

settled()
{
	local marker
	mark
	build && [ -z "$(made)" ] && [ ! build/book -nt "$marker" ]
}

clean()
{
	cmake --build build --target clean
}

cd "$tmp" || exit 99
must "the project" project CMakeLists.txt:CMakeLists.txt
for generator in "Unix Makefiles" Ninja; do
	exercise "CMake with $generator"
done
ok "clean takes the dependency files too" \
    test -z "$(find build -name '*.x.d')"

# What find_package() takes: this series, not another one.
asks_for()
{
	sed "s/find_package(orpc 0\.1/find_package(orpc $1/" \
	    "$src/CMakeLists.txt" >"$tmp/asks.txt"
	rm -rf asks && mkdir asks && cp "$src"/*.[cx] asks/ &&
	mv asks.txt asks/CMakeLists.txt && cmake -S asks -B asks/build
}
ok "this version" asks_for "$(pkg-config --modversion liborpc) EXACT"
not_ok "not a later one" asks_for 0.99
not_ok "not another series" asks_for 0.0.1

# The bridge, in a file that uses both libraries.
bridge()
{
	mkdir bridge && cat >bridge/CMakeLists.txt <<'END' &&
cmake_minimum_required(VERSION 3.20)
project(bridge C)
find_package(orpc 0.1 REQUIRED)
add_executable(bridge bridge.c)
target_link_libraries(bridge PRIVATE orpc::tirpc)
END
	cat >bridge/bridge.c <<'END' &&
#include <rpc/rpc.h>
#include <orpc/tirpc.h>
#include <orpc/client.h>
int main(void) { return orpc_now_ns() == 0 || clnt_sperrno(RPC_SUCCESS) == NULL; }
END
	cmake -S bridge -B bridge/build && cmake --build bridge/build &&
	bridge/build/bridge
}
if [ -e "$stage_prefix/include/orpc/tirpc.h" ]; then
	ok "orpc::tirpc" bridge
else
	not_here "orpc::tirpc" "built without libtirpc"
fi
done_testing
