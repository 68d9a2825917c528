/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * idlc --init: a directory with the input, a client, a server and a Makefile.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "idlc/emit/skeleton.h"

/* ---- Makefile ----------------------------------------------------------- */

static void
put_makefile(struct emit *e, struct out *o, const char *input)
{
	out(o, VARS({ "stem", e->stem }, { "input", input },
	    { "flags", e->prefix[0] ? JOIN("AM_IDLCFLAGS = --prefix=",
		e->prefix, "\n") : "" }),
	    "# Builds $stem$-client and $stem$-server against the installed"
	    " orpc. Written by\n"
	    "# idlc once; it is yours.\n"
	    "\n"
	    "PKG_CONFIG ?= pkg-config\n"
	    "ORPC_DATA := $$(shell $$(PKG_CONFIG) --variable=pkgdatadir"
	    " liborpc)\n"
	    "ifeq ($$(ORPC_DATA),)\n"
	    "$$(error liborpc is not found; where it has a PREFIX of its"
	    " own: PKG_CONFIG_PATH=PREFIX/lib/pkgconfig make)\n"
	    "endif\n"
	    "CFLAGS ?= -g -O2 -Wall -Wextra\n"
	    "ORPC_CFLAGS := $$(shell $$(PKG_CONFIG) --cflags liborpc)\n"
	    "ORPC_LIBS := $$(shell $$(PKG_CONFIG) --libs liborpc)\n"
	    "\n"
	    "CLIENT = client.o $stem$_xdr.o $stem$_clnt.o\n"
	    "SERVER = server.o $stem$_xdr.o $stem$_svc.o\n"
	    "\n"
	    "all: $stem$-client $stem$-server\n"
	    "\n"
	    "# idlc runs when $input$, or a file that it includes, has"
	    " changed.\n"
	    "IDL = $input$\n"
	    "$flags$"
	    "include $$(ORPC_DATA)/idlc.mk\n"
	    "\n"
	    "$stem$-client: $$(CLIENT)\n"
	    "\t$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(CLIENT)"
	    " $$(ORPC_LIBS)\n"
	    "$stem$-server: $$(SERVER)\n"
	    "\t$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(SERVER)"
	    " $$(ORPC_LIBS)\n"
	    "\n"
	    "$$(CLIENT) $$(SERVER): $stem$.h\n"
	    "\n"
	    ".c.o:\n"
	    "\t$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(ORPC_CFLAGS) -c $$<\n"
	    "\n"
	    "clean:\n"
	    "\trm -f $stem$-client $stem$-server *.o $$(IDL_MADE)\n"
	    "\n"
	    ".PHONY: all clean\n");
}

/* ---- Files -------------------------------------------------------------- */

static char *
path_in(const char *dir, const char *name)
{
	size_t n = strlen(dir) + strlen(name) + 2;
	char *path = malloc(n);

	if (!path)
		exit(2);
	snprintf(path, n, "%s/%s", dir, name);
	return path;
}

/* Opens dir/name for writing; NULL after a message when it exists. */
static struct out *
open_new(struct outputs *outputs, const char *dir, const char *name)
{
	char *path = path_in(dir, name);
	struct stat st;
	struct out *o = NULL;

	if (lstat(path, &st) == 0)
		fprintf(stderr, "idlc: %s exists; --init overwrites nothing\n",
		    path);
	else
		o = outputs_open(outputs, path);
	free(path);
	return o;
}

static int
copy_file(const char *path, struct out *o)
{
	FILE *from = fopen(path, "r");
	char buf[8192];
	size_t n;
	int bad;

	if (!from) {
		fprintf(stderr, "idlc: can't read %s: %s\n", path,
		    strerror(errno));
		return 2;
	}
	while ((n = fread(buf, 1, sizeof(buf), from)) > 0)
		out_raw(o, buf, n);
	bad = ferror(from);
	fclose(from);
	return bad ? 2 : 0;
}

static bool
is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 &&
	    x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* What is built needs a copy of the file, unless it is there already. */
static int
put_input(struct outputs *outputs, const char *dir, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	char *path = path_in(dir, base);
	bool there = is_same_file(path, file);
	struct out *o;

	free(path);
	if (there)
		return 0;
	o = open_new(outputs, dir, base);
	return o ? copy_file(file, o) : 2;
}

/* The input, and what it includes from beside it. */
static int
put_inputs(struct emit *e, struct outputs *outputs, const char *dir,
    const char *input, size_t n)
{
	int status = 0;

	for (const char *const *f = e->schema->files; *f && !status; f++)
		if (strncmp(*f, input, n) == 0 && !strchr(*f + n, '/'))
			status = put_input(outputs, dir, *f);
	return status;
}

int
skeleton_write(struct emit *e, struct outputs *outputs, const char *dir,
    const char *input)
{
	const char *slash = strrchr(input, '/');
	const char *base = slash ? slash + 1 : input;
	struct out *client, *server, *make;

	if (!e->has_program || strcmp(input, "-") == 0) {
		fprintf(stderr, "idlc: --init needs a file with a program\n");
		return 2;
	}
	if (mkdir(dir, 0777) != 0 && errno != EEXIST) {
		fprintf(stderr, "idlc: can't make %s: %s\n", dir,
		    strerror(errno));
		return 2;
	}
	client = open_new(outputs, dir, "client.c");
	server = open_new(outputs, dir, "server.c");
	make = open_new(outputs, dir, "Makefile");
	if (!client || !server || !make)
		return 2;
	emit_sample_client(e, client);
	emit_sample_server(e, server);
	put_makefile(e, make, base);
	return put_inputs(e, outputs, dir, input, (size_t)(base - input));
}
