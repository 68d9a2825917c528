# SPDX-License-Identifier: BSD-3-Clause
# The examples have makefiles of their own, against the installed package;
# here they are only shipped.
EXTRA_DIST += examples/demo.sh
EXTRA_DIST += \
	examples/calculator/Makefile \
	examples/calculator/README.md \
	examples/calculator/arithmetic.c \
	examples/calculator/arithmetic.h \
	examples/calculator/classic/Makefile \
	examples/calculator/classic/client.c \
	examples/calculator/classic/server.c \
	examples/calculator/moving/Makefile \
	examples/calculator/moving/client.c \
	examples/calculator/moving/server.c \
	examples/calculator/calculator.x \
	examples/calculator/client.c \
	examples/calculator/server.c \
	examples/calculator/sessions.c \
	examples/calculator/sessions.h

EXTRA_DIST += \
	examples/election/Makefile \
	examples/election/README.md \
	examples/election/admin.c \
	examples/election/cli.c \
	examples/election/cli.h \
	examples/election/committer.c \
	examples/election/committer.h \
	examples/election/demo.sh \
	examples/election/deliver.c \
	examples/election/deliver.h \
	examples/election/election.x \
	examples/election/reporter.c \
	examples/election/reporter.h \
	examples/election/server.c \
	examples/election/store.c \
	examples/election/store.h \
	examples/election/store_nopostgres.c \
	examples/election/store_postgres.c \
	examples/election/store_sqlite.c \
	examples/election/voter.c

EXTRA_DIST += \
	examples/linecount/Makefile \
	examples/linecount/README.md \
	examples/linecount/client.c \
	examples/linecount/linecount.x \
	examples/linecount/server.c

EXTRA_DIST += \
	examples/tutorial/Makefile \
	examples/tutorial/README.md \
	examples/tutorial/board.x \
	examples/tutorial/client.c \
	examples/tutorial/local.c \
	examples/tutorial/server.c

EXTRA_DIST += \
	examples/shapes/Makefile \
	examples/shapes/README.md \
	examples/shapes/client.c \
	examples/shapes/common.c \
	examples/shapes/common.h \
	examples/shapes/in-libevent.c \
	examples/shapes/in-libuv.c \
	examples/shapes/many-loops.c \
	examples/shapes/one-loop.c \
	examples/shapes/pool.c \
	examples/shapes/shapes.x \
	examples/shapes/thread-each.c
