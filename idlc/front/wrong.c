/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Faults that the grammar takes in as a whole: what they are called.
 */
#include "idlc/front/parser.h"

#include "idlc/front/report.h"

static void
empty(struct parser *ps, const struct span *at, const char *what,
    const char *help)
{
	idlc_i_error(ps->f, E_EMPTY, &at->pos, "%s", what);
	idlc_i_help(ps->f, "%s", help);
}

static void
wrong_body(struct parser *ps, const struct span *at, const char *name)
{
	idlc_i_error(ps->f, E_NAMED_BODY, &at->pos,
	    "a definition inside another one has no name of its own");
	idlc_i_help(ps->f, "move the definition of '%s' before this one, or "
	    "leave out '%s'", name, name);
	ps->named_body = true;
}

void
idlc_i_wrong(struct parser *ps, enum wrong what, const struct span *at,
    const char *name)
{
	struct front *f = ps->f;

	if (f->nomem || f->stop)
		return;
	switch (what) {
	case WRONG_EMPTY_STRUCT:
		empty(ps, at, "a struct needs at least one member",
		    "for no data at all use void");
		break;
	case WRONG_EMPTY_ENUM:
		empty(ps, at, "an enum needs at least one value",
		    "write 'NAME = 0'");
		break;
	case WRONG_EMPTY_UNION:
		empty(ps, at, "a union needs at least one case",
		    "write 'case VALUE: void;'");
		break;
	case WRONG_EMPTY_PROGRAM:
		empty(ps, at, "a program needs at least one version",
		    "write 'version NAME { ... } = 1;'");
		break;
	case WRONG_EMPTY_VERSION:
		empty(ps, at, "a version needs at least one procedure",
		    "write 'void NAME(void) = 1;'");
		break;
	case WRONG_TRAILING_COMMA:
		idlc_i_warn(f, W_TRAILING_COMMA, &at->pos,
		    "a comma behind the last value of an enum");
		idlc_i_fix(f, &at->pos, "", "other compilers refuse it: "
		    "leave it out");
		break;
	case WRONG_STRAY_SEMICOLON:
		idlc_i_warn(f, W_EXTRA_SEMICOLON, &at->pos,
		    "a ';' that ends nothing");
		idlc_i_fix(f, &at->pos, "", "leave it out");
		break;
	case WRONG_UNION_SWITCH:
		idlc_i_error(f, E_UNION_SWITCH, &at->pos,
		    "a union needs a 'switch': what says which arm it holds");
		idlc_i_help(f, "write 'union NAME switch (TYPE NAME) { case "
		    "VALUE: ...; }'");
		break;
	case WRONG_DECLARATORS:
		idlc_i_error(f, E_DECLARATORS, &at->pos,
		    "one declaration declares one name");
		idlc_i_help(f, "give '%s' a declaration of its own", name);
		break;
	case WRONG_NAMED_BODY:
		wrong_body(ps, at, name);
		break;
	case WRONG_SECOND_DECL:
		idlc_i_error(f, E_ARM_TWICE, &at->pos,
		    "a case has one declaration");
		idlc_i_help(f, "put several members into a struct");
		break;
	case WRONG_CASE_AFTER_DEFAULT:
		idlc_i_error(f, E_DEFAULT_PLACE, &at->pos,
		    "a case behind the default");
		idlc_i_note(f, &ps->default_at, "the default is here");
		idlc_i_help(f, "move the default to the end");
		break;
	case WRONG_SECOND_DEFAULT:
		idlc_i_error(f, E_DEFAULT_TWICE, &at->pos,
		    "a second default");
		idlc_i_note(f, &ps->default_at, "the first one is here");
		break;
	case WRONG_DEFAULT_ALONE:
		idlc_i_error(f, E_NO_CASE, &at->pos,
		    "a union needs at least one case beside the default");
		break;
	}
}
