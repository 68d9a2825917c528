/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings as documents: an array of our own objects, and SARIF 2.1.0 (OASIS)
 * for the tools that read that.
 */
#include "idlc/front/diag.h"

#include <string.h>

#include <idlc/version.h>

#include "idlc/front/json.h"

static const char *
severity_name(enum idlc_severity s)
{
	static const char *const names[] = {
		"note", "help", "warning", "error"
	};

	return names[s];
}

/* The writer in the state it has between two findings. */
static struct json
resume(struct idlc_diag *d, unsigned depth)
{
	return (struct json){
		d->write, d->ctx, d->result, depth, d->begun
	};
}

static void
suspend(struct idlc_diag *d, const struct json *j)
{
	d->result = j->result;
	d->begun = true;
}

/* ---- Our own ---------------------------------------------------------------- */

static void
put_own(struct json *j, const struct idlc_finding *x)
{
	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_text(j, "severity", severity_name(x->severity));
	idlc_i_json_text(j, "code", x->code);
	idlc_i_json_text(j, "flag", x->flag);
	idlc_i_json_text(j, "text", x->text);
	if (x->pos.file) {
		idlc_i_json_text(j, "file", x->pos.file);
		idlc_i_json_number(j, "line", false, x->pos.line);
		idlc_i_json_number(j, "column", false, x->pos.column);
		idlc_i_json_number(j, "length", false, x->pos.n);
	}
	idlc_i_json_text(j, "excerpt", x->excerpt);
	idlc_i_json_text(j, "fix", x->fix);
	if (x->children) {
		idlc_i_json_open(j, "children", "[");
		for (const struct idlc_finding *c = x->children; c; c = c->next)
			put_own(j, c);
		idlc_i_json_close(j, "]");
	}
	idlc_i_json_close(j, "}");
}

/* ---- SARIF -------------------------------------------------------------------- */

#define SARIF_DEPTH 4		/* { runs [ { results [ */

static void
sarif_region(struct json *j, const char *name, const struct idlc_pos *pos)
{
	idlc_i_json_open(j, name, "{");
	idlc_i_json_number(j, "startLine", false, pos->line);
	idlc_i_json_number(j, "startColumn", false, pos->column);
	idlc_i_json_number(j, "endColumn", false,
	    (uint64_t)pos->column + pos->n);
	idlc_i_json_close(j, "}");
}

static void
sarif_artifact(struct json *j, const char *file)
{
	idlc_i_json_open(j, "artifactLocation", "{");
	idlc_i_json_text(j, "uri", file);
	idlc_i_json_close(j, "}");
}

static void
sarif_message(struct json *j, const char *text)
{
	idlc_i_json_open(j, "message", "{");
	idlc_i_json_text(j, "text", text);
	idlc_i_json_close(j, "}");
}

static void
sarif_location(struct json *j, const struct idlc_finding *x, bool message)
{
	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_open(j, "physicalLocation", "{");
	sarif_artifact(j, x->pos.file);
	sarif_region(j, "region", &x->pos);
	idlc_i_json_close(j, "}");
	if (message)
		sarif_message(j, x->text);
	idlc_i_json_close(j, "}");
}

static void
sarif_fix(struct json *j, const struct idlc_finding *x)
{
	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_open(j, "description", "{");
	idlc_i_json_text(j, "text", x->text);
	idlc_i_json_close(j, "}");
	idlc_i_json_open(j, "artifactChanges", "[");
	idlc_i_json_open(j, NULL, "{");
	sarif_artifact(j, x->pos.file);
	idlc_i_json_open(j, "replacements", "[");
	idlc_i_json_open(j, NULL, "{");
	sarif_region(j, "deletedRegion", &x->pos);
	idlc_i_json_open(j, "insertedContent", "{");
	idlc_i_json_text(j, "text", x->fix);
	idlc_i_json_close(j, "}");
	idlc_i_json_close(j, "}");
	idlc_i_json_close(j, "]");
	idlc_i_json_close(j, "}");
	idlc_i_json_close(j, "]");
	idlc_i_json_close(j, "}");
}

static void
put_sarif(struct json *j, const struct idlc_finding *x)
{
	bool related = false;
	bool fixes = false;

	for (const struct idlc_finding *c = x->children; c; c = c->next) {
		related |= c->pos.file && !c->fix;
		fixes |= c->fix != NULL;
	}
	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_text(j, "ruleId", x->code);
	idlc_i_json_text(j, "level", severity_name(x->severity));
	sarif_message(j, x->text);
	if (x->pos.file) {
		idlc_i_json_open(j, "locations", "[");
		sarif_location(j, x, false);
		idlc_i_json_close(j, "]");
	}
	if (related) {
		idlc_i_json_open(j, "relatedLocations", "[");
		for (const struct idlc_finding *c = x->children; c; c = c->next)
			if (c->pos.file && !c->fix)
				sarif_location(j, c, true);
		idlc_i_json_close(j, "]");
	}
	if (fixes) {
		idlc_i_json_open(j, "fixes", "[");
		for (const struct idlc_finding *c = x->children; c; c = c->next)
			if (c->fix)
				sarif_fix(j, c);
		idlc_i_json_close(j, "]");
	}
	idlc_i_json_close(j, "}");
}

static void
sarif_begin(struct json *j)
{
	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_text(j, "$schema",
	    "https://json.schemastore.org/sarif-2.1.0.json");
	idlc_i_json_text(j, "version", "2.1.0");
	idlc_i_json_open(j, "runs", "[");
	idlc_i_json_open(j, NULL, "{");
	idlc_i_json_open(j, "tool", "{");
	idlc_i_json_open(j, "driver", "{");
	idlc_i_json_text(j, "name", "idlc");
	idlc_i_json_text(j, "version", idlc_version());
	idlc_i_json_close(j, "}");
	idlc_i_json_close(j, "}");
	/* Columns count bytes: the closest kind SARIF knows. */
	idlc_i_json_text(j, "columnKind", "unicodeCodePoints");
	idlc_i_json_open(j, "results", "[");
}

/* ---- Documents ---------------------------------------------------------------- */

static unsigned
depth_of(const struct idlc_diag *d)
{
	return d->format == IDLC_DIAG_SARIF ? SARIF_DEPTH : 1;
}

static struct json
begin(struct idlc_diag *d)
{
	struct json j = resume(d, d->begun ? depth_of(d) : 0);

	if (d->begun)
		return j;
	if (d->format == IDLC_DIAG_SARIF)
		sarif_begin(&j);
	else
		idlc_i_json_open(&j, NULL, "[");
	return j;
}

void
idlc_i_diag_document(struct idlc_diag *d, const struct idlc_finding *x)
{
	struct json j = begin(d);

	if (d->format == IDLC_DIAG_SARIF)
		put_sarif(&j, x);
	else
		put_own(&j, x);
	suspend(d, &j);
}

void
idlc_i_diag_document_end(struct idlc_diag *d)
{
	struct json j = begin(d);

	idlc_i_json_close(&j, "]");
	if (d->format == IDLC_DIAG_SARIF) {
		idlc_i_json_close(&j, "}");
		idlc_i_json_close(&j, "]");
		idlc_i_json_close(&j, "}");
	}
	idlc_i_json_raw(&j, "\n");
	suspend(d, &j);
	d->begun = false;
}
