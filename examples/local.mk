# SPDX-License-Identifier: BSD-3-Clause
# The examples have makefiles of their own, against the installed package;
# here they are only shipped.
EXTRA_DIST += \
	examples/calculator/Makefile \
	examples/calculator/arithmetic.c \
	examples/calculator/arithmetic.h \
	examples/calculator/calculator.x \
	examples/calculator/client.c \
	examples/calculator/server.c \
	examples/calculator/sessions.c \
	examples/calculator/sessions.h
