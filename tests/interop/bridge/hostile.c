/* SPDX-License-Identifier: BSD-3-Clause */
/* What strangers send to a native service of svc_run's, byte by byte. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"

#define WORDS 600

/* A call as words of 32 bits; `odd` bytes follow. */
struct message {
	uint32_t words[WORDS];
	size_t n;
	size_t odd;
};

static void
begin(struct message *m, uint32_t procedure)
{
	static uint32_t xid = 100;
	const uint32_t header[] = { ++xid, 0, 2, BRIDGE, BRIDGE_V1, procedure,
		0, 0, 0, 0 };

	m->odd = 0;
	for (m->n = 0; m->n < 10; m->n++)
		m->words[m->n] = htonl(header[m->n]);
}

static void
add(struct message *m, uint32_t word)
{
	m->words[m->n++] = htonl(word);
}

static size_t
message_bytes(const struct message *m)
{
	return m->n * 4 + m->odd;
}

/* Sends a whole message: a datagram, or a record in fragments of at most
 * `piece` bytes. */
static void
send_message(int fd, bool udp, const struct message *m, size_t piece)
{
	const char *bytes = (const char *)m->words;
	size_t left = message_bytes(m);
	char out[4 + sizeof(m->words)];

	if (udp) {
		send(fd, bytes, left, MSG_NOSIGNAL);
		return;
	}
	while (left > 0) {
		size_t n = left < piece ? left : piece;
		uint32_t mark = htonl((uint32_t)n |
		    (n == left ? 0x80000000u : 0));

		memcpy(out, &mark, 4);
		memcpy(out + 4, bytes, n);
		send(fd, out, 4 + n, MSG_NOSIGNAL);
		bytes += n;
		left -= n;
	}
}

/* accept_stat of the reply to m; -1: none came, or another. */
static int
accept_stat(int fd, bool udp, const struct message *m)
{
	uint32_t reply[WORDS + 1];
	size_t mark = udp ? 0 : 1;
	size_t want = (6 + mark) * 4, n = 0;
	struct pollfd ready = { fd, POLLIN, 0 };
	ssize_t got;

	while (n < want) {
		if (poll(&ready, 1, 60000) != 1)
			return -1;
		got = recv(fd, (char *)reply + n, sizeof(reply) - n, 0);
		if (got <= 0)
			return -1;
		n += (size_t)got;
	}
	if (reply[mark] != m->words[0] || ntohl(reply[mark + 1]) != 1 ||
	    reply[mark + 2] != 0)
		return -1;
	return (int)ntohl(reply[mark + 5]);
}

static void
expect(const struct place *at, const char *what, const struct message *m,
    size_t piece, int want)
{
	bool udp = strcmp(at->transport, "udp") == 0;
	int fd = place_socket(at), got;

	send_message(fd, udp, m, piece);
	got = accept_stat(fd, udp, m);
	result(got == want, "%s: %s: %d", at->transport, what, got);
	close(fd);
}

#define SUCCESS_ 0
#define GARBAGE 4

/* ---- Arguments --------------------------------------------------------------- */

/* A basket, right but for one word: 0 none, else its place from 1. */
static void
basket_with(struct message *m, size_t place, uint32_t word)
{
	const uint32_t right[] = { APPLE, 1, 5, 0x66697273, 0x74000000, 0, 0 };

	begin(m, TURN);
	for (size_t i = 0; i < 7; i++)
		add(m, i + 1 == place ? word : right[i]);
}

static void
try_values(const struct place *at)
{
	static const struct { const char *what; size_t place; uint32_t word; }
	rows[] = {
		{ "no such fruit", 1, 7 },
		{ "a bool of 2", 2, 2 },
		{ "a name over its bound", 3, 41 },
		{ "a name over the message", 3, 40 },
		{ "a name of four thousand million", 3, UINT32_MAX },
		{ "a name with a NUL inside", 4, 0x66006773 },
		{ "padding that is not zero", 5, 0x74000001 },
		{ "weights of four thousand million", 6, UINT32_MAX },
		{ "weights that are not there", 6, 1 },
		{ "a pointer of 2", 7, 2 },
		{ "a basket that begins and ends", 7, 1 },
	};
	struct message m;

	basket_with(&m, 0, 0);
	expect(at, "a basket as it should be", &m, SIZE_MAX, SUCCESS_);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		basket_with(&m, rows[i].place, rows[i].word);
		expect(at, rows[i].what, &m, SIZE_MAX, GARBAGE);
	}
}

/* Cut short after each word, and with more behind. */
static void
try_lengths(const struct place *at)
{
	struct message m, whole;
	char what[64];

	basket_with(&whole, 0, 0);
	for (size_t n = 10; n < whole.n; n++) {
		m = whole;
		m.words[0] = htonl(5000 + (uint32_t)n);
		m.n = n;
		snprintf(what, sizeof(what), "%zu words of 7", n - 10);
		expect(at, what, &m, SIZE_MAX, GARBAGE);
	}
	m = whole;
	add(&m, 0);
	expect(at, "a word behind", &m, SIZE_MAX, GARBAGE);
	for (size_t odd = 1; odd < 4; odd++) {
		m = whole;
		m.words[0] = htonl(6000 + (uint32_t)odd);
		m.words[m.n] = 0;
		m.odd = odd;
		expect(at, "bytes behind", &m, SIZE_MAX, GARBAGE);
	}
}

/* What others have sent stays in libtirpc's buffer. */
static void
try_leftovers(const struct place *at)
{
	struct message m;

	begin(&m, ECHO);
	add(&m, 2000);
	for (int i = 0; i < 500; i++)
		add(&m, 0x53454352);	/* "SECR" */
	expect(at, "somebody's secret", &m, SIZE_MAX, SUCCESS_);
	m.words[0] = htonl(7000);
	m.n = 11;
	expect(at, "a stranger who asks for it", &m, SIZE_MAX, GARBAGE);
}

/* ---- Records ----------------------------------------------------------------- */

static void
try_fragments(const struct place *at)
{
	struct message m;

	for (size_t piece = 1; piece < 8; piece++) {
		basket_with(&m, 0, 0);
		expect(at, "a record in many fragments", &m, piece, SUCCESS_);
	}
	basket_with(&m, 0, 0);
	m.words[m.n] = 0;
	m.odd = 1;
	expect(at, "a byte behind, in many fragments", &m, 3, GARBAGE);
}

/* A record that has all arguments but not its end is no call. */
static void
try_broken_off(const struct place *at)
{
	uint32_t before = 0, after = 0;
	struct orpc_call call = { 0 };
	CLIENT *clnt = place_client(at, BRIDGE, BRIDGE_V1);
	struct orpc_client *client;
	int fd = place_socket(at);
	struct message m;
	uint32_t mark;
	char byte;

	orpc_tirpc_client_open(clnt, &bridge_v1_program, NULL, &client);
	bridge_v1_count(client, &call, (int *)&before);
	begin(&m, NOTE);
	add(&m, 1000);
	mark = htonl((uint32_t)message_bytes(&m));
	send(fd, &mark, 4, MSG_NOSIGNAL);
	send(fd, m.words, message_bytes(&m), MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	while (recv(fd, &byte, 1, 0) > 0)
		;
	close(fd);
	bridge_v1_count(client, &call, (int *)&after);
	result(before == after, "%s: a record broken off does not run",
	    at->transport);
	orpc_client_close(client);
	clnt_destroy(clnt);
	orpc_call_fini(&call);
}

void
try_hostile(const struct place *at)
{
	try_values(at);
	try_lengths(at);
	try_leftovers(at);
	if (strcmp(at->transport, "udp") == 0)
		return;
	try_fragments(at);
	try_broken_off(at);
}
