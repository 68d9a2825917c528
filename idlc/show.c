/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Findings for people and machines.  For people:
 *
 *	calc.x:3:12: error[E0107]: undefined type 'in'
 *	    3 | struct s { in a; };
 *	      |            ^~
 *	  help: a type with a similar name exists: 'int'
 */
#include "idlc/show.h"

#include <string.h>

#include <idlc/version.h>

static const char *const severities[] = { "note", "help", "warning", "error" };

/* ---- Text --------------------------------------------------------------- */

static const char *
paint(const struct show *show, const char *escape)
{
	return show->color ? escape : "";
}

static const char *
severity_color(const struct show *show, enum idlc_severity severity)
{
	static const char *const escapes[] = {
		"\033[1;36m", "\033[1;32m", "\033[1;35m", "\033[1;31m",
	};

	return paint(show, escapes[severity]);
}

static unsigned
count_digits(uint32_t n)
{
	unsigned digits = 1;

	while (n /= 10)
		digits++;
	return digits;
}

/* The source line; a tab stays a tab, so that the caret stands right. */
static void
show_excerpt(const struct show *show, const struct idlc_finding *f)
{
	int digits = (int)count_digits(f->pos.line);
	size_t n = strlen(f->excerpt), start = f->pos.column - 1;
	size_t end = start + (f->pos.n ? f->pos.n : 1);

	if (start > n)
		return;
	fprintf(show->to, "%5u | %s\n%*s | ", f->pos.line, f->excerpt,
	    digits > 5 ? digits : 5, "");
	for (size_t i = 0; i < start; i++)
		if (f->excerpt[i] == '\t')
			fputc('\t', show->to);
		else if (((unsigned char)f->excerpt[i] & 0xc0) != 0x80)
			fputc(' ', show->to);
	fprintf(show->to, "%s^", severity_color(show, f->severity));
	for (size_t i = start + 1; i < end && i < n; i++)
		if (((unsigned char)f->excerpt[i] & 0xc0) != 0x80)
			fputc('~', show->to);
	fprintf(show->to, "%s\n", paint(show, "\033[0m"));
}

static void
show_code(const struct show *show, const struct idlc_finding *f)
{
	if (f->code)
		fprintf(show->to, "[%s]", f->code);
}

static void
show_text(const struct show *show, const struct idlc_finding *f, bool child)
{
	const char *bold = paint(show, "\033[1m"), *off = paint(show,
	    "\033[0m");

	if (f->pos.file && f->pos.line)
		fprintf(show->to, "%s%s:%u:%u:%s ", bold, f->pos.file,
		    f->pos.line, f->pos.column, off);
	else
		fputs(child ? "  " : "idlc: ", show->to);
	fprintf(show->to, "%s%s", severity_color(show, f->severity),
	    severities[f->severity]);
	show_code(show, f);
	fprintf(show->to, ":%s %s%s%s", off, bold, f->text, off);
	if (f->flag)
		fprintf(show->to, " [-W%s]", f->flag);
	fputc('\n', show->to);
	if (f->excerpt && f->pos.column)
		show_excerpt(show, f);
	if (f->fix)
		fprintf(show->to, "      | %s%s%s\n", paint(show,
		    "\033[32m"), f->fix, off);
	for (const struct idlc_finding *c = f->children; c; c = c->next)
		show_text(show, c, true);
}

static void
show_plain(const struct show *show, const struct idlc_finding *f)
{
	if (f->pos.file && f->pos.line)
		fprintf(show->to, "%s:%u:%u: ", f->pos.file, f->pos.line,
		    f->pos.column);
	else
		fputs("idlc: ", show->to);
	fprintf(show->to, "%s: %s", severities[f->severity], f->text);
	if (f->code)
		fprintf(show->to, " [%s]", f->code);
	fputc('\n', show->to);
	for (const struct idlc_finding *c = f->children; c; c = c->next)
		show_plain(show, c);
}

/* ---- Machines ----------------------------------------------------------- */

static void
put_json_text(FILE *to, const char *text)
{
	fputc('"', to);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(to, "\\%c", c);
		else if (c < 32 || c == 127)
			fprintf(to, "\\u%04x", c);
		else
			fputc(c, to);
	}
	fputc('"', to);
}

static void
put_json_field(FILE *to, const char *name, const char *text)
{
	if (!text)
		return;
	fprintf(to, ",\"%s\":", name);
	put_json_text(to, text);
}

static void
put_json_finding(FILE *to, const struct idlc_finding *f)
{
	fprintf(to, "{\"severity\":\"%s\"", severities[f->severity]);
	put_json_field(to, "code", f->code);
	put_json_field(to, "flag", f->flag);
	put_json_field(to, "file", f->pos.file);
	if (f->pos.line)
		fprintf(to, ",\"line\":%u,\"column\":%u,\"length\":%u",
		    f->pos.line, f->pos.column, f->pos.n);
	put_json_field(to, "text", f->text);
	put_json_field(to, "fix", f->fix);
	if (f->children) {
		fputs(",\"children\":[", to);
		for (const struct idlc_finding *c = f->children; c;
		    c = c->next) {
			put_json_finding(to, c);
			fputs(c->next ? "," : "", to);
		}
		fputc(']', to);
	}
	fputc('}', to);
}

static void
put_sarif_place(FILE *to, const struct idlc_pos *pos)
{
	fputs("{\"physicalLocation\":{\"artifactLocation\":{\"uri\":", to);
	put_json_text(to, pos->file);
	fprintf(to, "},\"region\":{\"startLine\":%u,\"startColumn\":%u,"
	    "\"endColumn\":%u}}}", pos->line, pos->column,
	    pos->column + (pos->n ? pos->n : 1));
}

static void
put_sarif_result(FILE *to, const struct idlc_finding *f)
{
	fputs("{\"ruleId\":", to);
	put_json_text(to, f->code ? f->code : "E0000");
	fprintf(to, ",\"level\":\"%s\",\"message\":{\"text\":",
	    f->severity == IDLC_ERROR ? "error" : "warning");
	put_json_text(to, f->text);
	fputc('}', to);
	if (f->pos.file && f->pos.line) {
		fputs(",\"locations\":[", to);
		put_sarif_place(to, &f->pos);
		fputc(']', to);
	}
	fputc('}', to);
}

/* A workflow command's text may hold no line end and no bare percent. */
static void
put_github_text(FILE *to, const char *text)
{
	for (; *text; text++)
		if (*text == '%' || *text == '\n' || *text == '\r')
			fprintf(to, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, to);
}

static void
put_github(FILE *to, const struct idlc_finding *f)
{
	fprintf(to, "::%s ", f->severity == IDLC_ERROR ? "error" : "warning");
	if (f->pos.file && f->pos.line)
		fprintf(to, "file=%s,line=%u,col=%u,", f->pos.file,
		    f->pos.line, f->pos.column);
	fprintf(to, "title=idlc %s::", f->code ? f->code : "");
	put_github_text(to, f->text);
	fputc('\n', to);
}

/* ---- All formats -------------------------------------------------------- */

void
show_begin(struct show *show)
{
	if (show->format == SHOW_JSON)
		fputc('[', show->to);
	if (show->format == SHOW_SARIF)
		fprintf(show->to, "{\"$schema\":\"https://json.schemastore.org/"
		    "sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":["
		    "{\"tool\":{\"driver\":{\"name\":\"idlc\",\"version\":"
		    "\"%s\"}},\"results\":[", idlc_version());
}

void
show_end(struct show *show)
{
	if (show->format == SHOW_JSON)
		fputs("]\n", show->to);
	if (show->format == SHOW_SARIF)
		fputs("]}]}\n", show->to);
}

void
show_finding(void *ctx, const struct idlc_finding *finding)
{
	struct show *show = ctx;
	const char *comma = show->any ? ",\n" : "";

	if (finding->severity == IDLC_ERROR)
		show->errors++;
	else
		show->warnings++;
	show->any = true;
	switch (show->format) {
	case SHOW_TEXT:
		show_text(show, finding, false);
		break;
	case SHOW_PLAIN:
		show_plain(show, finding);
		break;
	case SHOW_JSON:
		fputs(comma, show->to);
		put_json_finding(show->to, finding);
		break;
	case SHOW_SARIF:
		fputs(comma, show->to);
		put_sarif_result(show->to, finding);
		break;
	case SHOW_GITHUB:
		put_github(show->to, finding);
		break;
	}
}
