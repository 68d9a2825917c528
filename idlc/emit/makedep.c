/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dependencies and rules for make.
 */
#include "idlc/emit/makedep.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
list_add(char ***list, size_t *n, const char *text)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*list)[i], text) == 0)
			return;
	*list = realloc(*list, (*n + 1) * sizeof(**list));
	if (!*list || !((*list)[*n] = strdup(text))) {
		fputs("idlc: out of memory\n", stderr);
		exit(2);
	}
	(*n)++;
}

void
makedep_output(struct makedep *dep, const char *path)
{
	list_add(&dep->outputs, &dep->n_outputs, path);
}

void
makedep_input(struct makedep *dep, const char *const *files)
{
	for (; files && *files; files++)
		if (strcmp(*files, "-") != 0)
			list_add(&dep->inputs, &dep->n_inputs, *files);
}

/* A name as make reads it: blanks, `#` and `:` behind a backslash, `$`
 * doubled. */
static void
put_name(struct out *o, const char *name)
{
	for (; *name; name++) {
		if (*name == ' ' || *name == '#' || *name == ':')
			out_raw(o, "\\", 1);
		if (*name == '$')
			out_raw(o, "$", 1);
		out_raw(o, name, 1);
	}
}

void
makedep_print(const struct makedep *dep, struct out *o, const char *target)
{
	for (size_t i = 0; i < dep->n_outputs && !target; i++) {
		put_name(o, dep->outputs[i]);
		out_raw(o, i + 1 < dep->n_outputs ? " " : ":", 1);
	}
	if (target) {
		put_name(o, target);
		out_raw(o, ":", 1);
	}
	for (size_t i = 0; i < dep->n_inputs && dep->n_outputs > 0; i++) {
		out_raw(o, " ", 1);
		put_name(o, dep->inputs[i]);
	}
	out_raw(o, "\n", 1);
	for (size_t i = 0; i < dep->n_inputs; i++) {
		put_name(o, dep->inputs[i]);
		out_raw(o, ":\n", 2);
	}
}

void
makedep_fini(struct makedep *dep)
{
	for (size_t i = 0; i < dep->n_outputs; i++)
		free(dep->outputs[i]);
	for (size_t i = 0; i < dep->n_inputs; i++)
		free(dep->inputs[i]);
	free(dep->outputs);
	free(dep->inputs);
	memset(dep, 0, sizeof(*dep));
}

/* ---- Rules -------------------------------------------------------------- */

/* "proto_vote" for "./proto/vote": the start of a variable's name. */
static void
put_variable(struct out *o, const char *stem)
{
	if (strncmp(stem, "./", 2) == 0)
		stem += 2;
	for (; *stem; stem++)
		out_raw(o, isalnum((unsigned char)*stem) ? stem : "_", 1);
}

static void
put_variables(const struct makedep *dep, struct out *o, const char *stem)
{
	put_variable(o, stem);
	out_raw(o, "_outputs =", 10);
	for (size_t i = 0; i < dep->n_outputs; i++) {
		out_raw(o, " ", 1);
		put_name(o, dep->outputs[i]);
	}
	out_raw(o, "\n", 1);
	put_variable(o, stem);
	out_raw(o, "_made = $(", 10);
	put_variable(o, stem);
	out(o, VARS({ "stem", stem }),
	    "_outputs) $stem$.stamp $stem$.x.d\n\n");
}

/*
 * One input makes several outputs: a stamp, as old as the oldest of them, is
 * what every make understands, also in parallel.  Where an output was lost
 * idlc runs again, and leaves the others alone.
 */
void
makedep_fragment(const struct makedep *dep, struct out *o, const char *stem,
    const char *input)
{
	out(o, VARS({ "input", input }),
	    "# Rules for $input$, by idlc --makefile-fragment.\n");
	put_variables(dep, o, stem);
	out(o, VARS({ "stem", stem }, { "input", input },
	    { "first", dep->n_outputs > 0 ? dep->outputs[0] : input }),
	    "$stem$.stamp: $input$\n"
	    "\t$$(AM_V_GEN)mkdir -p $$(@D) && \\\n"
	    "\t$$(IDLC) $$(AM_IDLCFLAGS) $$(IDLCFLAGS) --outdir=$$(@D) \\\n"
	    "\t\t--depfile=$stem$.x.d --depfile-target=$$@ $$< && \\\n"
	    "\ttouch -r $first$ $$@\n");
	for (size_t i = 0; i < dep->n_outputs; i++) {
		put_name(o, dep->outputs[i]);
		out_raw(o, " ", i + 1 < dep->n_outputs);
	}
	out(o, VARS({ "stem", stem }),
	    ": $stem$.stamp\n"
	    "\t@test -f $$@ || { rm -f $stem$.stamp; $$(MAKE) $$(AM_MAKEFLAGS) \\\n"
	    "\t\tIDLCFLAGS='$$(IDLCFLAGS) --if-changed' $stem$.stamp; }\n"
	    "-include $stem$.x.d\n");
}
