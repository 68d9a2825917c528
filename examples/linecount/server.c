/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * linecount-server: counts the lines of its callers' files.
 *
 * COUNT runs on a worker thread, as it calls its caller back and waits for
 * the answers.  READ is called and waited for; LINE is called ahead, up to a
 * window, and the client takes the lines in the order they were sent.
 */
#define _GNU_SOURCE

#include <orpc/server.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linecount.h"

#define WINDOW 256u

/* LINE calls under way.  Slots are reused in turn. */
struct window {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	unsigned in_flight;
	int failure;		/* of the first call that failed */
	struct orpc_call calls[WINDOW];
	bool busy[WINDOW];
	unsigned next;
};

/* A count under way. */
struct count {
	struct orpc_client *client;
	struct window *window;
	char *partial;		/* a line whose end has not come */
	size_t n_partial;
	uint64_t lines;
};

static struct window *
window_new(void)
{
	struct window *w = calloc(1, sizeof(*w));

	if (w) {
		pthread_mutex_init(&w->mutex, NULL);
		pthread_cond_init(&w->changed, NULL);
	}
	return w;
}

/* Waits until at most `most` calls are under way; the first failure. */
static int
window_wait(struct window *w, unsigned most)
{
	int failure;

	pthread_mutex_lock(&w->mutex);
	while (w->in_flight > most)
		pthread_cond_wait(&w->changed, &w->mutex);
	failure = w->failure;
	pthread_mutex_unlock(&w->mutex);
	return failure;
}

static void
window_free(struct window *w)
{
	window_wait(w, 0);
	for (unsigned i = 0; i < WINDOW; i++)
		orpc_call_fini(&w->calls[i]);
	pthread_mutex_destroy(&w->mutex);
	pthread_cond_destroy(&w->changed);
	free(w);
}

/* On the connection's loop: a LINE has been answered. */
static void
on_line_done(struct orpc_call *call, int result, void *ctx)
{
	struct window *w = ctx;

	pthread_mutex_lock(&w->mutex);
	if (result != 0 && w->failure == 0)
		w->failure = result;
	w->busy[call - w->calls] = false;
	w->in_flight--;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->mutex);
}

/* The oldest slot, once it is free. */
static struct orpc_call *
window_take(struct window *w)
{
	struct orpc_call *call;

	pthread_mutex_lock(&w->mutex);
	while (w->busy[w->next])
		pthread_cond_wait(&w->changed, &w->mutex);
	w->busy[w->next] = true;
	w->in_flight++;
	call = &w->calls[w->next];
	w->next = (w->next + 1) % WINDOW;
	pthread_mutex_unlock(&w->mutex);
	return call;
}

static int
send_line(struct count *c, const char *bytes, size_t n)
{
	struct window *w = c->window;
	const text_line arg = { .text_line_len = (uint32_t)n,
		.text_line_val = (char *)(uintptr_t)bytes };
	struct orpc_call *call;
	int rc = window_wait(w, WINDOW - 1);

	if (rc != 0)
		return rc;
	call = window_take(w);
	orpc_call_timeout(call, 60000);
	rc = linecount_callback_v1_line_async(c->client, call, &arg,
	    on_line_done, w);
	if (rc != 0)
		on_line_done(call, rc, w);
	c->lines++;
	return rc;
}

/* Keeps the beginning of a line: 0, or a code. */
static int
keep_partial(struct count *c, const char *bytes, size_t n)
{
	char *grown;

	if (n == 0)
		return 0;
	if (c->n_partial + n > LINE_MAX_BYTES)
		return -OXDR_E_BOUND;
	grown = realloc(c->partial, c->n_partial + n);
	if (!grown)
		return -OXDR_E_NOMEM;
	memcpy(grown + c->n_partial, bytes, n);
	c->partial = grown;
	c->n_partial += n;
	return 0;
}

static int
take_bytes(struct count *c, const char *bytes, size_t n)
{
	const char *end;
	int rc = 0;

	while (rc == 0 && n > 0 && (end = memchr(bytes, '\n', n)) != NULL) {
		size_t len = (size_t)(end - bytes);

		if (c->n_partial > 0) {
			rc = keep_partial(c, bytes, len);
			if (rc == 0)
				rc = send_line(c, c->partial, c->n_partial);
			c->n_partial = 0;
		} else {
			rc = send_line(c, bytes, len);
		}
		bytes += len + 1;
		n -= len + 1;
	}
	return rc == 0 ? keep_partial(c, bytes, n) : rc;
}

/* Reads to the end of the file: 0, a code, or -1 and the client's reason. */
static int
read_file(struct count *c, char *reason, size_t n_reason)
{
	struct orpc_call call = { 0 };
	read_args args = { .count = READ_MAX };
	read_reply reply;
	uint32_t got;
	int rc;

	do {
		rc = linecount_callback_v1_read(c->client, &call, &args,
		    &reply);
		if (rc == 0 && !reply.good) {
			snprintf(reason, n_reason, "%s",
			    reply.read_reply_u.reason);
			rc = -1;
		}
		if (rc != 0)
			break;
		got = reply.read_reply_u.bytes.file_bytes_len;
		rc = take_bytes(c, reply.read_reply_u.bytes.file_bytes_val,
		    got);
		args.offset += got;
	} while (rc == 0 && got > 0);
	orpc_call_fini(&call);
	if (rc == 0 && c->n_partial > 0)
		rc = send_line(c, c->partial, c->n_partial);
	return rc;
}

static int
count(struct orpc_request *rq, count_reply *out)
{
	struct count c = { .window = window_new() };
	char *reason = oxdr_arena_take(orpc_request_arena(rq), 256, 1);
	int rc, last;

	if (!c.window || !reason)
		return ORPC_R_SYSTEM_ERR;
	rc = orpc_request_client(rq, &linecount_callback_v1_program,
	    &c.client);
	if (rc == 0)
		rc = read_file(&c, reason, 256);
	last = window_wait(c.window, 0);
	if (rc == 0)
		rc = last;
	if (rc != 0 && rc != -1)
		snprintf(reason, 256, "calling you back: %s",
		    orpc_strerror(rc));
	window_free(c.window);
	orpc_client_close(c.client);
	free(c.partial);
	out->good = rc == 0;
	if (out->good)
		out->count_reply_u.lines = c.lines;
	else
		out->count_reply_u.reason = reason;
	return 0;
}

static struct orpc_server *running;	/* for the signal handler */

static void
on_signal(int number)
{
	(void)number;
	orpc_server_stop(running);
}

static void
print_stats(struct orpc_server *s)
{
	struct orpc_server_stats stats;

	orpc_server_stats(s, &stats);
	fprintf(stderr, "connections=%llu calls=%llu bad_messages=%llu "
	    "replayed=%llu\n", (unsigned long long)stats.accepted,
	    (unsigned long long)stats.calls,
	    (unsigned long long)stats.bad_messages,
	    (unsigned long long)stats.replayed);
}

int
main(int argc, char **argv)
{
	bool stats = argc == 3 && strcmp(argv[1], "--stats") == 0;
	const struct orpc_server_options options = { .workers = 4 };
	const struct linecount_v1_ops ops = { .count = count };
	struct sigaction action = { .sa_handler = on_signal };
	struct orpc_error error = { 0 };
	struct orpc_server *server;
	char text[512];
	int rc;

	if (argc != 2 + stats || argv[argc - 1][0] == '-') {
		fputs("usage: linecount-server [--stats] ADDRESS\n"
		    "e.g.   linecount-server tcp://127.0.0.1:4001\n", stderr);
		return 2;
	}
	if (orpc_server_open(&options, &server) != 0) {
		fputs("linecount-server: no memory\n", stderr);
		return 1;
	}
	running = server;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	rc = linecount_v1_serve(server, &ops);
	if (rc == 0)
		rc = orpc_server_listen(server, argv[argc - 1], &error);
	if (rc != 0) {
		orpc_error_text(&error, text, sizeof(text));
		fprintf(stderr, "linecount-server: %s\n", text);
	} else {
		orpc_server_address(server, 0, text, sizeof(text));
		printf("ready on %s\n", text);
		fflush(stdout);
		rc = orpc_server_run(server);
		if (stats)
			print_stats(server);
	}
	orpc_server_close(server);
	return rc == 0 ? 0 : 1;
}
