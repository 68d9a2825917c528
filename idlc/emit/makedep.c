/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dependencies and rules for make.
 */
#include "idlc/emit/makedep.h"

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
makedep_print(const struct makedep *dep, struct out *o)
{
	for (size_t i = 0; i < dep->n_outputs; i++) {
		put_name(o, dep->outputs[i]);
		out_raw(o, i + 1 < dep->n_outputs ? " " : ":", 1);
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

/*
 * One input makes several outputs: a stamp is what every make understands,
 * also in parallel, and a deleted output brings the rule back.
 */
void
makedep_fragment(struct out *o, const char *stem, const char *input,
    bool has_program)
{
	const char *slash = strrchr(stem, '/');
	char more[4096] = "";

	if (has_program)
		snprintf(more, sizeof(more), " %s_clnt.c %s_svc.c", stem,
		    stem);
	out(o, VARS({ "stem", stem }, { "input", input }, { "more", more },
	    { "mkdir", slash ? "$(MKDIR_P) $(@D) && " : "" }),
	    "$stem$.stamp: $input$\n"
	    "\t$$(AM_V_IDLC)$mkdir$$$(IDLC) $$(AM_IDLCFLAGS) $$(IDLCFLAGS)"
	    " --outdir=$$(@D) $input$ && touch $$@\n"
	    "$stem$.h $stem$_xdr.c$more$: $stem$.stamp\n"
	    "\t@test -f $$@ || { rm -f $stem$.stamp;"
	    " $$(MAKE) $$(AM_MAKEFLAGS) $stem$.stamp; }\n");
}
