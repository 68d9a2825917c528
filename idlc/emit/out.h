/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The printer of every emitter: templates with named values, lines indented
 * by the printer's depth, long lines broken where the template allows it,
 * and files that appear only when all outputs of a run are whole.
 *
 *	struct outputs set = OUTPUTS_INIT;
 *	struct out *o = outputs_open(&set, "point.h");
 *
 *	out(o, VARS({ "tag", "point" }, { "n", NUM(3) }),
 *	    "struct $tag$ {\n"
 *	    "\tint32_t at[$n$];\n"
 *	    "};\n");
 *	if (outputs_commit(&set))
 *		complain(set.what, set.path, set.error);
 *
 * Nothing here fails until outputs_commit(): a failure sticks to its output
 * and is told there.  Only lack of memory ends the process.
 */
#ifndef IDLC_EMIT_OUT_H
#define IDLC_EMIT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out;

/* A named value of a template.  Arrays of them end with a NULL name. */
struct out_var {
	const char *name;
	const char *value;
};

#define VARS(...) ((const struct out_var[]){ __VA_ARGS__, { NULL, NULL } })

/* A number as a value; lives as long as the enclosing block. */
#define NUM(n) out_number((char [24]){ "" }, (n))
char *out_number(char buf[24], uint64_t n);

/*
 * Prints a template.
 *
 * vars       values for `$name$`; NULL: there are none
 * template   a constant of the program: it is taken apart once and known by
 *            its address then.  `$$` is a dollar.  A line starts with the
 *            printer's depth in tabs, its own tabs come on top; empty lines
 *            stay empty.  `\v` is a blank where a line over 80 columns may be
 *            broken: it goes on indented by four more blanks.  `\f` is the
 *            same without the blank.
 *
 * Values may hold line ends, `\v` and `\f` themselves; `$` in them is plain
 * text.  A name that vars lacks is a mistake in the template: aborts.
 */
void out(struct out *o, const struct out_var *vars, const char *template);

/* Values for names that vars lack, of every template; borrowed.  A template
 * takes a name always from the one or always from the other. */
void out_common(struct out *o, const struct out_var *vars);

/* Changes the depth that lines are indented by. */
void out_indent(struct out *o, int levels);

/* Prints n bytes as they are: no values, no indentation, no breaks. */
void out_raw(struct out *o, const char *text, size_t n);

/*
 * All outputs of one run.
 *
 * what, path, error   after outputs_commit() failed: the step ("create",
 *                     "write", "rename"), the file, and errno
 * if_changed          a file that has the text already keeps its time; set it
 *                     before the first output is opened
 */
struct outputs {
	struct out *first;
	struct out **last;
	const char *what;
	const char *path;
	int error;
	char *kept;		/* the memory of path */
	bool if_changed;
};

#define OUTPUTS_INIT { NULL, NULL, NULL, NULL, 0, NULL, false }

/*
 * Starts an output; it belongs to the set.
 *
 * path   copied.  "-": standard output, written at commit.  NULL: kept in
 *        memory for out_text(), never written.
 *
 * Until commit only a file with a temporary name beside path is written; an
 * existing path that is no regular file (a terminal, /dev/null) is written in
 * place at commit.
 */
struct out *outputs_open(struct outputs *set, const char *path);

/*
 * Writes what is left of every output and, if all went well, gives each its
 * name.  Otherwise no path is touched.  The set is empty afterwards.
 *
 * Returns 0, or -1 with set->what, path and error; path is valid until the
 * next outputs_commit() or outputs_discard() with this set.
 */
int outputs_commit(struct outputs *set);

/* Drops every output; no path is touched.  The set is empty afterwards. */
void outputs_discard(struct outputs *set);

/* The text of an output in memory (path NULL or "-"), NUL-terminated. */
const char *out_text(struct out *o, size_t *out_n);

/* Bytes printed so far; to see whether a section printed anything. */
uint64_t out_size(const struct out *o);

#endif
