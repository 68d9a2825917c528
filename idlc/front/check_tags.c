/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules about the tags of doc comments: each belongs to some kinds of items.
 */
#include "idlc/front/check.h"

#include "idlc/front/report.h"

enum item { ITEM_ENUM, ITEM_PROCEDURE, ITEM_DECL, ITEM_OTHER };

static void
misplaced(struct front *f, bool wrong, const char *tag,
    const struct idlc_pos *pos, const char *belongs)
{
	if (wrong)
		idlc_i_warn(f, W_TAG_PLACE, pos,
		    "the tag @%s means nothing here: it belongs to %s", tag,
		    belongs);
}

static void
check_doc(struct front *f, const struct idlc_doc *doc, enum item item,
    const struct idlc_pos *pos)
{
	if (doc == &idlc_i_no_doc)
		return;
	misplaced(f, doc->idempotent && item != ITEM_PROCEDURE, "idempotent",
	    pos, "a procedure");
	misplaced(f, doc->oneway && item != ITEM_PROCEDURE, "oneway", pos,
	    "a procedure");
	misplaced(f, doc->deadline_ns && item != ITEM_PROCEDURE, "deadline",
	    pos, "a procedure");
	misplaced(f, doc->http_method && item != ITEM_PROCEDURE, "http", pos,
	    "a procedure");
	misplaced(f, doc->open && item != ITEM_ENUM, "open", pos, "an enum");
	misplaced(f, doc->secret && item != ITEM_DECL, "secret", pos,
	    "a member or a typedef");
	misplaced(f, doc->has_max && item != ITEM_DECL, "max", pos,
	    "a member or a typedef of variable size");
}

static void
check_decl(struct front *f, struct idlc_decl *d, void *ctx)
{
	(void)ctx;
	check_doc(f, d->doc, ITEM_DECL, &d->pos);
	if (d->doc->has_max && (d->shape != IDLC_VARIABLE || d->size.text))
		idlc_i_warn(f, W_TAG_PLACE, &d->pos,
		    "the tag @max means nothing here: '%s' %s", d->name ?
		    d->name : d->type.spelled, d->size.text ?
		    "has its size written" : "is not of variable size");
}

static void
check_procedure(struct front *f, const struct idlc_procedure *p)
{
	check_doc(f, p->doc, ITEM_PROCEDURE, &p->pos);
	if (p->doc->oneway && p->result.type.base != IDLC_VOID) {
		idlc_i_error(f, E_TAG, &p->result.type.pos,
		    "procedure '%s' is @oneway, so its result must be void",
		    p->name);
		idlc_i_note(f, &p->pos, "the procedure is here");
	}
}

void
idlc_i_rule_tags(struct front *f, const struct idlc_def *def)
{
	/* A typedef's doc is that of its declaration. */
	if (def->kind != IDLC_TYPEDEF)
		check_doc(f, def->doc, def->kind == IDLC_ENUM ? ITEM_ENUM :
		    ITEM_OTHER, &def->pos);
	else
		check_doc(f, def->doc, ITEM_DECL, &def->pos);
	if (def->kind == IDLC_ENUM)
		for (const struct idlc_enumerator *e = def->is.enumerators; e;
		     e = e->next)
			check_doc(f, e->doc, ITEM_OTHER, &e->pos);
	idlc_i_each_decl(f, def, check_decl, NULL);
	if (def->kind != IDLC_PROGRAM)
		return;
	for (const struct idlc_version *v = def->is.program.versions; v;
	     v = v->next) {
		check_doc(f, v->doc, ITEM_OTHER, &v->pos);
		for (const struct idlc_procedure *p = v->procedures; p;
		     p = p->next)
			check_procedure(f, p);
	}
}
