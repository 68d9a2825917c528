/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * --cpp=CMD: what an outside preprocessor makes of the input is read like any
 * file; its line markers keep positions right.  A C preprocessor would join
 * continuation lines of %-lines, stumble over apostrophes in them and expand
 * macros, so each is replaced by a line that only we know, and put back from
 * the original afterwards.
 */
#include "idlc/front/outside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "idlc/front/report.h"
#include "idlc/front/source.h"

/* A %-line N of the input is this and N while the command sees it. */
#define MARK "__idlc_c_line_"

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

static bool
is_c_line(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p < end && *p == '%';
}

/* The end of a %-line with its continuation lines. */
static const char *
c_line_end(const char *p, const char *end)
{
	const char *stop = line_end(p, end);

	while (stop < end && stop - p > 1 && (stop[-2] == '\\' ||
	    (stop - p > 2 && stop[-2] == '\r' && stop[-3] == '\\')))
		stop = line_end(stop, end);
	return stop;
}

static size_t
count_lines(const char *p, const char *end)
{
	size_t n = 0;

	for (; p < end; p = line_end(p, end))
		n++;
	return n;
}

/* The input as the command gets it: %-lines as marks, as many lines. */
static bool
hide(struct front *f, const struct source *input, struct bytes *out)
{
	const char *p = input->text;
	const char *end = p + input->n;
	bool ok = true;

	for (unsigned n = 0; ok && p < end; ) {
		const char *stop = line_end(p, end);
		char mark[48];
		size_t lines;

		if (!is_c_line(p, end)) {
			ok = idlc_i_bytes_add(f, out, p, (size_t)(stop - p));
			p = stop;
			continue;
		}
		stop = c_line_end(p, end);
		lines = count_lines(p, stop);
		snprintf(mark, sizeof(mark), MARK "%u\n", n++);
		ok = idlc_i_bytes_add(f, out, mark, strlen(mark));
		while (ok && --lines > 0)
			ok = idlc_i_bytes_add(f, out, "\n", 1);
		p = stop;
	}
	return ok;
}

/* Where each %-line of the input starts. */
static const char **
index_c_lines(struct front *f, const struct source *input, unsigned *out_n)
{
	const char *end = input->text + input->n;
	const char **at;

	*out_n = 0;
	for (const char *p = input->text; p < end; )
		if (is_c_line(p, end)) {
			++*out_n;
			p = c_line_end(p, end);
		} else {
			p = line_end(p, end);
		}
	at = idlc_i_temp_array(f, *out_n + 1, sizeof(const char *));
	*out_n = 0;
	for (const char *p = input->text; at && p < end; )
		if (is_c_line(p, end)) {
			at[(*out_n)++] = p;
			p = c_line_end(p, end);
		} else {
			p = line_end(p, end);
		}
	return at;
}

/* Puts a %-line back, in place of its mark and, as far as the command kept
 * them, of the empty lines that stood for its continuation lines. */
static bool
put_c_line(struct front *f, struct bytes *out, const char *text,
    const char *text_end, const char **p, const char *end)
{
	const char *stop = c_line_end(text, text_end);

	for (size_t n = count_lines(text, stop); n > 1 && *p < end &&
	     **p == '\n'; n--)
		++*p;
	return idlc_i_bytes_add(f, out, text, (size_t)(stop - text));
}

/* The command's output with the %-lines back in their places. */
static bool
put_back(struct front *f, const struct source *input, const struct bytes *made,
    struct bytes *out)
{
	const char *p = made->text;
	const char *end = p + made->n;
	const char *input_end = input->text + input->n;
	const char **lines;
	unsigned n_lines;
	bool ok = true;

	lines = index_c_lines(f, input, &n_lines);
	if (!lines)
		return false;
	while (ok && p < end) {
		const char *stop = line_end(p, end);
		const char *word = p;
		unsigned long n;

		while (word < stop && (*word == ' ' || *word == '\t'))
			word++;
		if ((size_t)(stop - word) > sizeof(MARK) - 1 &&
		    memcmp(word, MARK, sizeof(MARK) - 1) == 0 &&
		    (n = strtoul(word + sizeof(MARK) - 1, NULL, 10)) < n_lines)
			ok = put_c_line(f, out, lines[n], input_end, &stop,
			    end);
		else
			ok = idlc_i_bytes_add(f, out, p, (size_t)(stop - p));
		p = stop;
	}
	return ok;
}

/* ---- Running it ----------------------------------------------------------- */

/* A word as the shell takes it whole. */
static void
add_word(struct front *f, struct bytes *b, const char *word)
{
	idlc_i_bytes_add(f, b, " '", 2);
	for (; *word; word++) {
		if (*word == '\'')
			idlc_i_bytes_add(f, b, "'\\''", 4);
		else
			idlc_i_bytes_add(f, b, word, 1);
	}
	idlc_i_bytes_add(f, b, "'", 1);
}

/* CMD -D... -I... FILE: the file is a copy, named so that quoted includes are
 * found beside the original. */
static void
make_command(struct front *f, const struct source *input, const char *file,
    struct bytes *b)
{
	const struct idlc_options *o = f->options;
	size_t dir = idlc_i_dir_bytes(input->path);

	idlc_i_bytes_add(f, b, o->cpp_command, strlen(o->cpp_command));
	if (o->output_symbol)
		add_word(f, b, idlc_i_print(f, "-D%s", o->output_symbol));
	for (const char *const *d = o->defines; d && *d; d++)
		add_word(f, b, *d);
	add_word(f, b, idlc_i_print(f, "-I%.*s", dir ? (int)dir : 1,
	    dir ? input->path : "."));
	for (const char *const *i = o->include_dirs; i && *i; i++)
		add_word(f, b, idlc_i_print(f, "-I%s", *i));
	add_word(f, b, file);
	idlc_i_bytes_add(f, b, "", 1);
}

static bool
write_file(int fd, const struct bytes *b)
{
	size_t at = 0;

	while (at < b->n) {
		ssize_t n = write(fd, b->text + at, b->n - at);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool
read_command(struct front *f, const char *command, struct bytes *out)
{
	FILE *in = popen(command, "r");
	char buf[65536];
	size_t n;
	int status;

	if (!in) {
		idlc_i_error(f, E_CPP_COMMAND, NULL, "can't run '%s': %s",
		    f->options->cpp_command, strerror(errno));
		return false;
	}
	while ((n = fread(buf, 1, sizeof(buf), in)) > 0 &&
	    out->n < SOURCE_MAX_BYTES && idlc_i_bytes_add(f, out, buf, n))
		;
	status = pclose(in);
	if (status == 0)
		return !f->nomem;
	idlc_i_error(f, E_CPP_COMMAND, NULL, "the preprocessor '%s' failed",
	    f->options->cpp_command);
	return false;
}

/* The markers of the copy speak of the input. */
static bool
add_marker(struct front *f, const struct source *input, struct bytes *b)
{
	const char *line = idlc_i_print(f, "#line 1 \"%s\"\n",
	    strcmp(input->path, "-") == 0 ? "<stdin>" : input->path);

	return idlc_i_bytes_add(f, b, line, strlen(line));
}

static bool
preprocess(struct front *f, const struct source *input, struct bytes *made)
{
	const char *tmp = getenv("TMPDIR");
	char path[512];
	struct bytes text = { 0 }, command = { 0 };
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "%s/idlc-XXXXXX.c",
	    tmp && *tmp ? tmp : "/tmp");
	fd = mkstemps(path, 2);
	if (fd < 0) {
		idlc_i_error(f, E_CPP_COMMAND, NULL, "can't make '%s': %s",
		    path, strerror(errno));
		return false;
	}
	ok = add_marker(f, input, &text) && hide(f, input, &text) &&
	    write_file(fd, &text);
	close(fd);
	make_command(f, input, path, &command);
	ok = ok && !f->nomem && read_command(f, command.text, made);
	unlink(path);
	idlc_i_array_free(f, text.text, text.room, 1);
	idlc_i_array_free(f, command.text, command.room, 1);
	return ok;
}

struct source *
idlc_i_outside(struct front *f, const struct source *input)
{
	struct bytes made = { 0 }, whole = { 0 };
	struct source *source = NULL;

	if (preprocess(f, input, &made) && put_back(f, input, &made, &whole))
		source = idlc_i_source_text(f, input->path,
		    whole.text ? whole.text : "", whole.n);
	if (source)
		source->hidden = true;
	idlc_i_array_free(f, made.text, made.room, 1);
	idlc_i_array_free(f, whole.text, whole.room, 1);
	return source;
}
