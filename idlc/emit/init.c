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
	out(o, VARS({ "stem", e->stem }, { "input", input }),
	    "# Builds $stem$-client and $stem$-server against the installed"
	    " orpc. Written by\n"
	    "# idlc once; it is yours. Where orpc is in a place of its own:\n"
	    "# PKG_CONFIG_PATH=PREFIX/lib/pkgconfig make\n"
	    "\n"
	    "PKG_CONFIG ?= pkg-config\n"
	    "CFLAGS ?= -g -O2 -Wall -Wextra\n"
	    "IDLC ?= `$$(PKG_CONFIG) --variable=idlc liborpc`\n"
	    "ORPC_CFLAGS = `$$(PKG_CONFIG) --cflags liborpc`\n"
	    "ORPC_LIBS = `$$(PKG_CONFIG) --libs liborpc`\n"
	    "\n"
	    "GENERATED = $stem$.h $stem$_xdr.c $stem$_clnt.c $stem$_svc.c\n"
	    "CLIENT = client.o $stem$_xdr.o $stem$_clnt.o\n"
	    "SERVER = server.o $stem$_xdr.o $stem$_svc.o\n"
	    "\n"
	    "all: $stem$-client $stem$-server\n"
	    "\n"
	    "$stem$-client: $$(CLIENT)\n"
	    "\t$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(CLIENT)"
	    " $$(ORPC_LIBS)\n"
	    "$stem$-server: $$(SERVER)\n"
	    "\t$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(SERVER)"
	    " $$(ORPC_LIBS)\n"
	    "\n"
	    "# idlc writes four files at once: a stamp stands for all of"
	    " them.\n"
	    "$$(GENERATED): $stem$.stamp\n"
	    "$stem$.stamp: $input$\n"
	    "\t$$(IDLC) $$(IDLCFLAGS)"
	    " --emit=header,xdr,client,server $input$\n"
	    "\ttouch $$@\n"
	    "\n"
	    "$$(CLIENT) $$(SERVER): $stem$.h\n"
	    "\n"
	    ".c.o:\n"
	    "\t$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(ORPC_CFLAGS) -c $$<\n"
	    "\n"
	    "clean:\n"
	    "\trm -f $stem$-client $stem$-server *.o $stem$.stamp"
	    " $$(GENERATED)\n"
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

/* The input belongs to what is built: a copy, unless it is there already. */
static int
put_input(struct outputs *outputs, const char *dir, const char *input,
    const char *base)
{
	char *path = path_in(dir, base);
	bool there = is_same_file(path, input);
	struct out *o;

	free(path);
	if (there)
		return 0;
	o = open_new(outputs, dir, base);
	return o ? copy_file(input, o) : 2;
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
	return put_input(outputs, dir, input, base);
}
