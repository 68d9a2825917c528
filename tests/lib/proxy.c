/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One thread, one poll over all connections.  A connection is two lanes, one
 * a direction; a lane holds at most one piece that was read and not yet
 * written on.  What befalls a piece is drawn when it is read: it may wait, be
 * written byte by byte, or be the last of its connection.
 *
 * For UDP each client address has a socket of its own towards the server, so
 * that answers find their way back; a lane may hold back one datagram, which
 * passes after the next.
 */
#include "tests/lib/proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/lib/test.h"

#define MAX_PAIRS 2048u
#define PIECE_MAX 65536u

enum fate { PASS, CUT, RESET };

struct lane {
	int from;
	int to;
	uint8_t *piece;
	size_t at;
	size_t n;
	enum fate fate;		/* of the connection, after this piece */
	int64_t not_before_ms;
	bool ended;		/* the sender has ended its stream */
	uint8_t *held;		/* UDP: passes after the next one */
	size_t n_held;
};

struct pair {
	struct lane lanes[2];	/* client to server, server to client */
	struct sockaddr_storage client;	/* UDP */
	socklen_t n_client;
	struct pair *next;
};

struct proxy {
	pthread_t thread;
	pthread_mutex_t mutex;
	struct proxy_faults faults;
	bool stop;
	bool reset_all;
	int type;
	int front;
	int wake;
	struct sockaddr_storage upstream;
	socklen_t n_upstream;
	struct pair *pairs;
	size_t n_pairs;
	uint64_t seed;
	struct proxy_stats stats;
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
happens(struct proxy *p, unsigned chance)
{
	bool yes = chance > 0 && test_random(&p->seed) % 1000 < chance;

	p->stats.faults += yes;
	return yes;
}

static void
set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void
pair_free(struct proxy *p, struct pair *pair, bool reset)
{
	const struct linger hard = { .l_onoff = 1 };
	int fds[2] = { pair->lanes[0].from, pair->lanes[0].to };

	for (int i = 0; i < 2; i++) {
		free(pair->lanes[i].piece);
		free(pair->lanes[i].held);
		if (fds[i] < 0 || fds[i] == p->front)
			continue;
		if (reset)
			setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &hard,
			    sizeof(hard));
		close(fds[i]);
	}
	free(pair);
	p->n_pairs--;
}

/* A pair between a client's descriptor and a fresh one to the server; NULL
 * when the server can't be reached (client_fd is then closed with a reset,
 * as a host without a server would answer). */
static struct pair *
pair_new(struct proxy *p, int client_fd)
{
	const int one = 1;
	struct pair *pair = calloc(1, sizeof(*pair));
	int fd = socket(p->upstream.ss_family, p->type | SOCK_CLOEXEC, 0);

	assert_non_null(pair);
	p->n_pairs++;
	pair->lanes[0].from = pair->lanes[1].to = client_fd;
	pair->lanes[0].to = pair->lanes[1].from = fd;
	if (fd < 0 || p->n_pairs > MAX_PAIRS || connect(fd,
	    (const struct sockaddr *)&p->upstream, p->n_upstream) != 0) {
		pair_free(p, pair, true);
		return NULL;
	}
	set_nonblocking(fd);
	if (p->type == SOCK_STREAM) {
		set_nonblocking(client_fd);
		setsockopt(client_fd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	}
	pair->next = p->pairs;
	p->pairs = pair;
	return pair;
}

/* ---- Streams -------------------------------------------------------------- */

/* Reads a piece and draws its fate: false when the pair is over. */
static bool
lane_read(struct proxy *p, struct lane *lane)
{
	ssize_t n;

	if (!lane->piece)
		lane->piece = malloc(PIECE_MAX);
	assert_non_null(lane->piece);
	n = read(lane->from, lane->piece, PIECE_MAX);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0) {
		lane->ended = true;
		shutdown(lane->to, SHUT_WR);
		return true;
	}
	p->stats.pieces++;
	lane->at = 0;
	lane->n = (size_t)n;
	lane->fate = happens(p, p->faults.cut) ? CUT :
	    happens(p, p->faults.reset) ? RESET : PASS;
	if (lane->fate != PASS)
		lane->n = test_random(&p->seed) % (lane->n + 1);
	lane->not_before_ms = happens(p, p->faults.delay) ? now_ms() +
	    (int64_t)(test_random(&p->seed) % (p->faults.delay_ms + 1)) : 0;
	return true;
}

/* Writes what is due: false when the pair is over. */
static bool
lane_write(struct proxy *p, struct lane *lane)
{
	while (lane->at < lane->n && lane->not_before_ms <= now_ms()) {
		size_t n = p->faults.split ? 1 : lane->n - lane->at;
		ssize_t sent = send(lane->to, lane->piece + lane->at, n,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		lane->at += (size_t)sent;
	}
	return lane->at < lane->n || lane->fate == PASS;
}

static bool
stream_step(struct proxy *p, struct lane *lane, short events)
{
	if (lane->at == lane->n && !lane->ended &&
	    (events & (POLLIN | POLLHUP | POLLERR)) != 0 &&
	    !lane_read(p, lane))
		return false;
	return lane_write(p, lane);
}

/* ---- Datagrams ------------------------------------------------------------ */

static void
datagram_send(struct pair *pair, struct lane *lane, const uint8_t *bytes,
    size_t n)
{
	bool to_client = lane == &pair->lanes[1];

	sendto(lane->to, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT,
	    to_client ? (const struct sockaddr *)&pair->client : NULL,
	    to_client ? pair->n_client : 0);
}

static void
datagram_pass(struct proxy *p, struct pair *pair, struct lane *lane,
    const uint8_t *bytes, size_t n)
{
	p->stats.pieces++;
	if (happens(p, p->faults.drop))
		return;
	if (!lane->held && happens(p, p->faults.reorder)) {
		lane->held = malloc(n + 1);
		assert_non_null(lane->held);
		memcpy(lane->held, bytes, n);
		lane->n_held = n;
		return;
	}
	datagram_send(pair, lane, bytes, n);
	if (happens(p, p->faults.duplicate))
		datagram_send(pair, lane, bytes, n);
	if (lane->held) {
		datagram_send(pair, lane, lane->held, lane->n_held);
		free(lane->held);
		lane->held = NULL;
	}
}

static struct pair *
pair_of_client(struct proxy *p, const struct sockaddr_storage *from,
    socklen_t n_from)
{
	struct pair *pair;

	for (pair = p->pairs; pair; pair = pair->next)
		if (pair->n_client == n_from &&
		    memcmp(&pair->client, from, n_from) == 0)
			return pair;
	pair = pair_new(p, p->front);
	if (pair) {
		memcpy(&pair->client, from, n_from);
		pair->n_client = n_from;
		p->stats.connections++;
	}
	return pair;
}

static void
datagrams_from_clients(struct proxy *p)
{
	uint8_t bytes[PIECE_MAX];
	struct sockaddr_storage from;
	socklen_t n_from = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(p->front, bytes, sizeof(bytes), MSG_DONTWAIT,
	    (struct sockaddr *)&from, &n_from)) >= 0) {
		struct pair *pair = pair_of_client(p, &from, n_from);

		if (pair)
			datagram_pass(p, pair, &pair->lanes[0], bytes,
			    (size_t)n);
		n_from = sizeof(from);
	}
}

static void
datagrams_from_server(struct proxy *p, struct pair *pair)
{
	uint8_t bytes[PIECE_MAX];
	ssize_t n;

	while ((n = recv(pair->lanes[1].from, bytes, sizeof(bytes),
	    MSG_DONTWAIT)) >= 0)
		datagram_pass(p, pair, &pair->lanes[1], bytes, (size_t)n);
}

/* ---- The thread ----------------------------------------------------------- */

/* What a lane waits for; *timeout is shortened to when a piece is due. */
static void
lane_wants(const struct lane *lane, struct pollfd *from, struct pollfd *to,
    int *timeout)
{
	int64_t wait;

	if (lane->at == lane->n) {
		if (!lane->ended)
			from->events |= POLLIN;
		return;
	}
	wait = lane->not_before_ms - now_ms();
	if (wait <= 0)
		to->events |= POLLOUT;
	else if (*timeout < 0 || wait < *timeout)
		*timeout = (int)wait;
}

static void
step_pairs(struct proxy *p, const struct pollfd *fds, size_t n_polled)
{
	struct pair **at = &p->pairs;
	bool reset_all = p->reset_all;

	p->reset_all = false;
	for (size_t i = 0; *at; i++) {
		struct pair *pair = *at;
		struct lane *up = &pair->lanes[0];
		struct lane *down = &pair->lanes[1];
		bool goes_on = !reset_all;

		if (i < n_polled && goes_on && p->type == SOCK_DGRAM)
			datagrams_from_server(p, pair);
		else if (i < n_polled && goes_on)
			goes_on = stream_step(p, up, fds[2 * i].revents) &&
			    stream_step(p, down, fds[2 * i + 1].revents) &&
			    !(up->ended && down->ended);
		if (goes_on) {
			at = &pair->next;
		} else {
			*at = pair->next;
			pair_free(p, pair, reset_all || up->fate == RESET ||
			    down->fate == RESET);
		}
	}
}

static void
accept_clients(struct proxy *p)
{
	int fd;

	while ((fd = accept4(p->front, NULL, NULL,
	    SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		if (pair_new(p, fd))
			p->stats.connections++;
}

static size_t
poll_pairs(struct proxy *p, struct pollfd *fds, int *timeout)
{
	size_t n = 0;

	for (struct pair *pair = p->pairs; pair; pair = pair->next, n++) {
		struct pollfd *client = &fds[2 * n], *server = client + 1;

		*client = (struct pollfd){ .fd = pair->lanes[0].from };
		*server = (struct pollfd){ .fd = pair->lanes[0].to };
		if (p->type == SOCK_DGRAM) {
			client->fd = -1;
			server->events = POLLIN;
			continue;
		}
		lane_wants(&pair->lanes[0], client, server, timeout);
		lane_wants(&pair->lanes[1], server, client, timeout);
		/* With nothing to wait for, a hang-up must not spin. */
		if (client->events == 0)
			client->fd = -1;
		if (server->events == 0)
			server->fd = -1;
	}
	return n;
}

static void *
run(void *ctx)
{
	struct proxy *p = ctx;
	struct pollfd *fds = calloc(2 + 2 * (MAX_PAIRS + 1), sizeof(*fds));

	assert_non_null(fds);
	for (;;) {
		uint64_t count;
		int timeout = -1;
		size_t n;

		n = poll_pairs(p, fds + 2, &timeout);
		fds[0] = (struct pollfd){ .fd = p->front, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = p->wake, .events = POLLIN };
		poll(fds, 2 + 2 * n, timeout);
		if (fds[1].revents && read(p->wake, &count, sizeof(count)) < 0)
			assert_int_equal(errno, EAGAIN);

		pthread_mutex_lock(&p->mutex);
		if (p->stop) {
			pthread_mutex_unlock(&p->mutex);
			break;
		}
		step_pairs(p, fds + 2, n);
		if (fds[0].revents && p->type == SOCK_STREAM)
			accept_clients(p);
		else if (fds[0].revents)
			datagrams_from_clients(p);
		pthread_mutex_unlock(&p->mutex);
	}
	free(fds);
	return NULL;
}

static void
wake(struct proxy *p)
{
	const uint64_t one = 1;

	assert_int_equal(write(p->wake, &one, sizeof(one)), sizeof(one));
}

struct proxy *
proxy_start(int type, const struct sockaddr *upstream, socklen_t n_upstream,
    const struct proxy_faults *faults, uint16_t *out_port)
{
	struct proxy *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->type = type;
	p->front = test_bound(AF_INET, type, out_port);
	set_nonblocking(p->front);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(p->front, 1024), 0);
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	memcpy(&p->upstream, upstream, n_upstream);
	p->n_upstream = n_upstream;
	p->faults = *faults;
	p->seed = faults->seed;
	pthread_mutex_init(&p->mutex, NULL);
	assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
	return p;
}

void
proxy_set_faults(struct proxy *p, const struct proxy_faults *faults)
{
	pthread_mutex_lock(&p->mutex);
	p->faults = *faults;
	pthread_mutex_unlock(&p->mutex);
}

void
proxy_reset_all(struct proxy *p)
{
	pthread_mutex_lock(&p->mutex);
	p->reset_all = true;
	pthread_mutex_unlock(&p->mutex);
	wake(p);
}

void
proxy_stop(struct proxy *p, struct proxy_stats *out_stats)
{
	pthread_mutex_lock(&p->mutex);
	p->stop = true;
	pthread_mutex_unlock(&p->mutex);
	wake(p);
	pthread_join(p->thread, NULL);
	while (p->pairs) {
		struct pair *pair = p->pairs;

		p->pairs = pair->next;
		pair_free(p, pair, true);
	}
	if (out_stats)
		*out_stats = p->stats;
	close(p->front);
	close(p->wake);
	pthread_mutex_destroy(&p->mutex);
	free(p);
}
