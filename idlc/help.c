/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the table of options tells others: --help, and completion in shells.
 */
#include <string.h>

#include "idlc/options.h"

/* The options that only the man page has room for, by name. */
static void
list_others(FILE *to)
{
	int column = fprintf(to, "  see idlc(1):");

	for (const struct option_row *o = options_table; o->take; o++) {
		int n = o->name ? (int)strlen(o->name) + 3 : 3;

		if (o->help[0] != '+')
			continue;
		if (column + n > 79)
			column = fprintf(to, "\n   ") - 1;
		column += o->name ? fprintf(to, " --%s", o->name) :
		    fprintf(to, " -%c", o->letter);
	}
}

void
options_help(FILE *to)
{
	fputs("Compiles interface files (RFC 4506, RFC 5531) to C.\n"
	    "usage: idlc [option...] FILE.x...\n"
	    "       idlc --rpcgen [rpcgen's options] FILE.x\n", to);
	for (const struct option_row *o = options_table; o->take; o++) {
		char text[64];

		if (o->help[0] == '+')
			continue;
		snprintf(text, sizeof(text), "%s%.1s%s%s%s%s%s",
		    o->letter ? "-" : "", o->letter ? &o->letter : "",
		    o->letter && o->name ? ", " : "", o->name ? "--" : "",
		    o->name ? o->name : "",
		    !o->arg ? "" : o->name ? "=" : " ", o->arg ? o->arg : "");
		fprintf(to, "  %-20s  %s\n", text, o->help);
	}
	list_others(to);
	fputs("\nexamples:\n"
	    "  idlc --outdir=build calc.x\n"
	    "  idlc --init=calc calc.x && make -C calc\n"
	    "  idlc --check -Wall -Werror calc.x\n", to);
}

static const char *
help_of(const struct option_row *option)
{
	return option->help + (option->help[0] == '+');
}

static void
complete_bash(FILE *to)
{
	fputs("_idlc()\n{\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]}"
	    " prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	    "\tif [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then\n"
	    "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
	    "\tcase $prev in\n", to);
	for (const struct option_row *o = options_table; o->take; o++) {
		if (!o->values || !*o->values)
			continue;
		if (o->name)
			fprintf(to, "\t--%s) ", o->name);
		else
			fprintf(to, "\t-%c) ", o->letter);
		if (strcmp(o->values, "dir") == 0)
			fputs("COMPREPLY=($(compgen -d -- \"$cur\"))", to);
		else if (strcmp(o->values, "file") == 0)
			fputs("COMPREPLY=($(compgen -f -- \"$cur\"))", to);
		else
			fprintf(to, "COMPREPLY=($(compgen -W '%s' -- \"$cur\"))",
			    o->values);
		fputs("; return;;\n", to);
	}
	fputs("\tesac\n\tif [[ $cur == -* ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W '", to);
	for (const struct option_row *o = options_table; o->take; o++) {
		if (o->letter)
			fprintf(to, "-%c ", o->letter);
		if (o->name)
			fprintf(to, "--%s ", o->name);
	}
	fputs("' -- \"$cur\"))\n\telse\n"
	    "\t\tCOMPREPLY=($(compgen -f -X '!*.x' -- \"$cur\")"
	    " $(compgen -d -- \"$cur\"))\n\tfi\n}\n"
	    "complete -o filenames -F _idlc idlc\n", to);
}

static void
complete_zsh(FILE *to)
{
	fputs("#compdef idlc\n_arguments \\\n", to);
	for (const struct option_row *o = options_table; o->take; o++) {
		if (o->name)
			fprintf(to, "  '--%s%s[%s]", o->name, o->arg ? "=" :
			    "", help_of(o));
		else
			fprintf(to, "  '*-%c+[%s]", o->letter, help_of(o));
		if (o->values && strcmp(o->values, "dir") == 0)
			fprintf(to, ":%s:_files -/", o->arg);
		else if (o->values && strcmp(o->values, "file") == 0)
			fprintf(to, ":%s:_files", o->arg);
		else if (o->arg)
			fprintf(to, ":%s:(%s)", o->arg, o->values);
		fputs("' \\\n", to);
	}
	fputs("  '*:file:_files -g \"*.x\"'\n", to);
}

static void
complete_fish(FILE *to)
{
	for (const struct option_row *o = options_table; o->take; o++) {
		fputs("complete -c idlc", to);
		if (o->name)
			fprintf(to, " -l %s", o->name);
		if (o->letter)
			fprintf(to, " -s %c", o->letter);
		if (o->arg)
			fputs(" -r", to);
		if (o->values && *o->values && strcmp(o->values, "dir") != 0 &&
		    strcmp(o->values, "file") != 0)
			fprintf(to, " -f -a '%s'", o->values);
		fprintf(to, " -d \"%s\"\n", help_of(o));
	}
}

int
options_completion(FILE *to, const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		complete_bash(to);
	else if (strcmp(shell, "zsh") == 0)
		complete_zsh(to);
	else if (strcmp(shell, "fish") == 0)
		complete_fish(to);
	else
		return options_value_error("completion", shell, strlen(shell));
	return 0;
}
