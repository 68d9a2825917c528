# SPDX-License-Identifier: BSD-3-Clause
# Whole programs, as their users run them.
e2e_scripts += \
	tests/e2e/build_automake.sh \
	tests/e2e/build_cmake.sh \
	tests/e2e/build_make.sh \
	tests/e2e/build_meson.sh \
	tests/e2e/calculator.sh \
	tests/e2e/demo.sh \
	tests/e2e/installed.sh \
	tests/e2e/orpcbind.sh \
	tests/e2e/orpcload.sh \
	tests/e2e/private.sh \
	tests/e2e/quickstart.sh \
	tests/e2e/tshark.sh \
	tests/e2e/valgrind.sh \
	tests/e2e/vanish.sh

e2e_scripts += tests/e2e/linecount.sh
e2e_scripts += tests/e2e/moving.sh
e2e_scripts += tests/e2e/shapes.sh
EXTRA_DIST += tests/e2e/calculator_lib.sh
include tests/e2e/election.mk

# The project that the build_* scripts build, once in each way.
EXTRA_DIST += \
	tests/e2e/builds_lib.sh \
	tests/e2e/guests/CMakeLists.txt \
	tests/e2e/guests/Makefile \
	tests/e2e/guests/Makefile.am.in \
	tests/e2e/guests/book.c \
	tests/e2e/guests/book.x \
	tests/e2e/guests/configure.in \
	tests/e2e/guests/guest.x \
	tests/e2e/guests/limits.x \
	tests/e2e/guests/meson.build \
	tests/e2e/guests/point.c \
	tests/e2e/guests/point.x
