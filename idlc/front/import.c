/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Split suites: a file says `%#include "other.h"` for the C compiler; where
 * other.x lies on the include path its definitions are known here too, and
 * are never emitted.  Nothing is read before a name is missing.
 *
 * A few types and constants of libtirpc's headers are known in the native
 * dialect, where no such header is included: old files use them.  They are
 * emitted like definitions of the file.
 */
#include "idlc/front/import.h"

#include <string.h>

#include "idlc/front/cpp.h"
#include "idlc/front/report.h"
#include "idlc/front/source.h"
#include "idlc/front/tree.h"

#include "xdr/base.h"

static const struct {
	const char *name;
	bool type;
	const char *text;
} known[] = {
	{ "netobj", true, "typedef opaque netobj<1024>;" },
	{ "des_block", true, "typedef opaque des_block[8];" },
	{ "MAXNETNAMELEN", false, "const MAXNETNAMELEN = 255;" },
	{ "MAX_NETOBJ_SZ", false, "const MAX_NETOBJ_SZ = 1024;" },
	{ "HEXKEYBYTES", false, "const HEXKEYBYTES = 48;" },
};

/* Parses a source into a list of its own. */
static struct def_list
parse_aside(struct front *f, struct source *source, bool importing)
{
	struct def_list own = f->defs;
	struct def_list read;
	bool has_text = f->has_text;
	bool has_docs = f->has_docs;
	bool uses = f->uses_output_symbols;
	const struct idlc_doc *file_doc = f->file_doc;

	f->defs = (struct def_list){ NULL, NULL };
	f->importing = importing;
	idlc_i_cpp(f, source);
	if (!f->nomem && !f->stop)
		idlc_i_parse(f);
	if (!f->nomem)
		idlc_i_docs(f);
	read = f->defs;
	f->defs = own;
	f->importing = false;
	f->has_text = has_text;
	f->has_docs = has_docs;
	f->uses_output_symbols = uses;
	f->file_doc = file_doc;
	return read;
}

/* Types and constants only: text and programs are the other file's. */
static void
keep(struct front *f, struct def_list *to, const struct def_list *from)
{
	const struct idlc_def *d = from->head;

	while (d && !f->nomem) {
		struct idlc_def *def = MUTABLE(idlc_def, d);

		d = def->next;
		if (def->kind == IDLC_TEXT || def->kind == IDLC_PROGRAM)
			continue;
		def->next = NULL;
		if (to->tail)
			to->tail->next = def;
		else
			to->head = def;
		to->tail = def;
	}
}

static void
broken(struct front *f, const struct import *i, const struct source *source)
{
	idlc_i_warn(f, W_IMPORT, &i->pos,
	    "'%s' has errors: what it defines is not known here",
	    source->path);
	idlc_i_note(f, &f->fault_pos, "%s", f->fault);
	idlc_i_help(f, "until it is repaired, such names are left to the C "
	    "code");
}

static void
import_file(struct front *f, const struct import *i, struct source *source)
{
	bool muted = f->muted;
	bool lost = f->lost_definition;
	bool faulty = f->faulty;
	struct def_list read;
	struct def_list kept = { NULL, NULL };

	/* rpcgen never looks into it: its errors are not this file's and stop
	 * nothing, but then its definitions are not to be trusted. */
	f->muted = muted || f->rpcgen;
	f->faulty = false;
	f->fault = NULL;
	read = parse_aside(f, source, true);
	if (!f->muted || !f->faulty)
		keep(f, &kept, &read);
	if (kept.head && !f->nomem)
		idlc_i_declare(f, &kept);
	if (f->rpcgen)
		f->lost_definition = lost;
	f->muted = muted;
	if (f->rpcgen && f->faulty && f->fault)
		broken(f, i, source);
	f->faulty |= faulty;
	if (!kept.head)
		return;
	if (f->imported_defs.tail)
		f->imported_defs.tail->next = kept.head;
	else
		f->imported_defs.head = kept.head;
	f->imported_defs.tail = kept.tail;
}

static void
import_all(struct front *f)
{
	while (f->imports && !f->nomem && !f->stop) {
		struct import *i = f->imports;
		struct source *source;

		f->imports = i->next;
		if (!f->imports)
			f->last_import = NULL;
		if (idlc_i_include_find(f, i->from, i->name, i->angled,
		    &source) == 0 && !source->parsed) {
			source->parsed = true;
			import_file(f, i, source);
		}
	}
}

static void
import_known(struct front *f, const struct atom *name, bool type)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct source *source;
		struct def_list read;

		if (known[i].type != type ||
		    strcmp(known[i].name, name->text) != 0)
			continue;
		source = idlc_i_source_text(f, "<built-in>", known[i].text,
		    strlen(known[i].text));
		if (!source)
			return;
		source->hidden = true;
		read = parse_aside(f, source, false);
		if (f->nomem || !read.head)
			return;
		idlc_i_declare(f, &read);
		read.tail->next = f->defs.head;
		f->defs.head = read.head;
		return;
	}
}

void
idlc_i_import(struct front *f, const struct atom *name, bool type)
{
	if (f->imports)
		import_all(f);
	if (!name->def && !f->rpcgen)
		import_known(f, name, type);
}
