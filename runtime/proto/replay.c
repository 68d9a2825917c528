/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The duplicate-request cache.  An entry's life:
 *
 *	begin --> running --end--> ended (reply kept, or lost) --> gone
 *	             |                                              ^
 *	             +----------forget------------------------------+
 *
 * A running entry is never taken away: that would run its duplicate.  Ended
 * ones stand in two queues in the order of their end, one of all and one of
 * their client, so that the oldest of either is at the head.  When the cache
 * is full the client that holds most entries (or bytes, whichever is short)
 * loses its oldest, so that nobody can push out a client that holds less.
 *
 * A lookup compares every member of the key, digests of 64 bits keyed by a
 * secret included, so that two different calls are not taken for one.
 */
#include "runtime/proto/replay.h"

#include <assert.h>
#include <string.h>

#include <oxdr/error.h>
#include <oxdr/mem.h>

#include "runtime/proto/digest.h"
#include "runtime/proto/hooks.h"
#include "xdr/base.h"

enum entry_state {
	ENTRY_RUNNING,
	ENTRY_KEPT,
	ENTRY_LOST
};

struct orpc_i_replay_entry {
	struct orpc_i_replay_entry *next;	/* in its bucket */
	struct orpc_i_replay_client *client;
	struct orpc_i_replay_entry *client_next;	/* ended, by age */
	struct orpc_i_replay_entry *all_prev, *all_next;
	struct orpc_i_replay_key key;
	uint64_t hash;
	int64_t ended_ns;
	uint8_t *reply;		/* a block that holds n_reply bytes, or NULL */
	uint32_t n_reply;
	uint8_t state;
	bool secret;
};

#define NAME_MAX_BYTES 32u

struct orpc_i_replay_client {
	struct orpc_i_holder entries;
	struct orpc_i_holder bytes;
	struct orpc_i_replay_entry *first, *last;	/* ended */
	struct orpc_i_replay_client *next;	/* in its bucket of names */
	uint64_t hash;
	uint32_t n_open;
	bool closed;		/* nobody can ask again: keep nothing */
	uint8_t n_name;		/* 0: a connection */
	uint8_t name[NAME_MAX_BYTES];
};

#define TABLE_MIN 64u
#define BLOCK_MIN 64u
#define BLOCK_MAX (BLOCK_MIN << (ORPC_I_REPLAY_SIZES - 1))
#define EXPIRE_BATCH 64u
#define SPARE_ENTRIES 1024u
#define SPARE_BLOCK_BYTES 65536u	/* of each size */

static uint64_t
key_hash(const struct orpc_i_replay *cache,
    const struct orpc_i_replay_client *client,
    const struct orpc_i_replay_key *key)
{
	uint64_t a = (uint64_t)key->xid << 32 | key->procedure;
	uint64_t b = (uint64_t)key->program << 32 | key->version;

	a = orpc_i_mix(a ^ cache->seed, b ^ ORPC_I_PRIME_1);
	b = orpc_i_mix(key->identity ^ ORPC_I_PRIME_2, key->args ^ ORPC_I_PRIME_3);
	return orpc_i_mix(a ^ client->hash, b ^ key->args_bytes);
}

static bool
key_same(const struct orpc_i_replay_key *a, const struct orpc_i_replay_key *b)
{
	return a->xid == b->xid && a->args == b->args &&
	    a->procedure == b->procedure && a->version == b->version &&
	    a->program == b->program && a->identity == b->identity &&
	    a->args_bytes == b->args_bytes;
}

/* ---- Reply blocks ---------------------------------------------------- */

static unsigned
block_index(size_t n)
{
	unsigned i = 0;

	while (((size_t)BLOCK_MIN << i) < n)
		i++;
	return i;
}

static size_t
block_bytes(size_t n)
{
	return n ? (size_t)BLOCK_MIN << block_index(n) : 0;
}

static uint8_t *
block_take(struct orpc_i_replay *cache, size_t n)
{
	void *mem = orpc_i_spare_take(&cache->spare_blocks[block_index(n)]);

	return mem ? mem : orpc_i_hook_alloc(cache->allocator, block_bytes(n));
}

static void
block_put(struct orpc_i_replay *cache, uint8_t *block, size_t n)
{
	struct orpc_i_spare *spare;
	size_t size = block_bytes(n);

	spare = &cache->spare_blocks[block_index(n)];
	if ((spare->n + 1) * size <= SPARE_BLOCK_BYTES)
		orpc_i_spare_put(spare, block);
	else
		orpc_i_hook_free(cache->allocator, block, size);
}

void
orpc_i_replay_trim(struct orpc_i_replay *cache)
{
	void *mem;

	while ((mem = orpc_i_spare_take(&cache->spare_entries)))
		orpc_i_hook_free(cache->allocator, mem,
		    sizeof(struct orpc_i_replay_entry));
	for (unsigned i = 0; i < ORPC_I_REPLAY_SIZES; i++)
		while ((mem = orpc_i_spare_take(&cache->spare_blocks[i])))
			orpc_i_hook_free(cache->allocator, mem,
			    (size_t)BLOCK_MIN << i);
}

/* ---- Clients --------------------------------------------------------- */

static struct orpc_i_replay_client **
name_slot(struct orpc_i_replay *cache, uint64_t hash, const void *name,
    size_t n)
{
	struct orpc_i_replay_client **at;

	at = &cache->names[hash & (cache->names_size - 1)];
	while (*at && ((*at)->hash != hash || (*at)->n_name != n ||
	    memcmp((*at)->name, name, n) != 0))
		at = &(*at)->next;
	return at;
}

/* Doubles the table of names; when there is no memory chains grow instead. */
static void
names_grow(struct orpc_i_replay *cache)
{
	size_t size = cache->names_size * 2;
	struct orpc_i_replay_client **names, *client, *next;

	names = orpc_i_hook_alloc(cache->allocator, size * sizeof(*names));
	if (!names)
		return;
	memset(names, 0, size * sizeof(*names));
	for (size_t i = 0; i < cache->names_size; i++)
		for (client = cache->names[i]; client; client = next) {
			next = client->next;
			client->next = names[client->hash & (size - 1)];
			names[client->hash & (size - 1)] = client;
		}
	orpc_i_hook_free(cache->allocator, cache->names,
	    cache->names_size * sizeof(*names));
	cache->names = names;
	cache->names_size = size;
}

static struct orpc_i_replay_client *
client_new(struct orpc_i_replay *cache)
{
	size_t n = (size_t)cache->counts.clients + 1;
	struct orpc_i_replay_client *client;

	if (orpc_i_holders_reserve(&cache->by_entries, n) ||
	    orpc_i_holders_reserve(&cache->by_bytes, n))
		return NULL;
	client = orpc_i_hook_alloc(cache->allocator, sizeof(*client));
	if (!client)
		return NULL;
	memset(client, 0, sizeof(*client));
	client->n_open = 1;
	orpc_i_holders_add(&cache->by_entries, &client->entries);
	orpc_i_holders_add(&cache->by_bytes, &client->bytes);
	cache->counts.clients++;
	return client;
}

static void
client_free_unused(struct orpc_i_replay *cache,
    struct orpc_i_replay_client *client)
{
	if (client->n_open || client->entries.held)
		return;
	if (client->n_name) {
		*name_slot(cache, client->hash, client->name,
		    client->n_name) = client->next;
		cache->n_names--;
	}
	orpc_i_holders_remove(&cache->by_entries, &client->entries);
	orpc_i_holders_remove(&cache->by_bytes, &client->bytes);
	cache->counts.clients--;
	orpc_i_hook_free(cache->allocator, client, sizeof(*client));
}

struct orpc_i_replay_client *
orpc_i_replay_open(struct orpc_i_replay *cache, const void *name, size_t n)
{
	struct orpc_i_replay_client *client, **at;
	uint64_t hash;

	assert(!name || (n > 0 && n <= NAME_MAX_BYTES));
	if (!name) {
		client = client_new(cache);
		if (client)
			client->hash = orpc_i_mix(cache->seed ^ ORPC_I_PRIME_3,
			    (uint64_t)(uintptr_t)client ^ ORPC_I_PRIME_2);
		return client;
	}
	hash = orpc_i_digest(cache->seed, name, n);
	client = *name_slot(cache, hash, name, n);
	if (client) {
		client->n_open++;
		return client;
	}
	client = client_new(cache);
	if (!client)
		return NULL;
	client->hash = hash;
	client->n_name = (uint8_t)n;
	memcpy(client->name, name, n);
	if (++cache->n_names > cache->names_size)
		names_grow(cache);
	at = &cache->names[hash & (cache->names_size - 1)];
	client->next = *at;
	*at = client;
	return client;
}

/* ---- Entries --------------------------------------------------------- */

static void
client_holds(struct orpc_i_replay *cache, struct orpc_i_replay_client *client,
    int entries, size_t more, size_t less)
{
	size_t n = client->entries.held;

	cache->counts.bytes += more;
	cache->counts.bytes -= less;
	orpc_i_holders_set(&cache->by_bytes, &client->bytes,
	    client->bytes.held + more - less);
	if (!entries)
		return;
	n = entries > 0 ? n + 1 : n - 1;
	cache->counts.entries = entries > 0 ? cache->counts.entries + 1 :
	    cache->counts.entries - 1;
	orpc_i_holders_set(&cache->by_entries, &client->entries, n);
}

static void
entry_drop_reply(struct orpc_i_replay *cache, struct orpc_i_replay_entry *e)
{
	if (!e->reply)
		return;
	if (e->secret)
		oxdr_wipe(e->reply, e->n_reply);
	client_holds(cache, e->client, 0, 0, block_bytes(e->n_reply));
	block_put(cache, e->reply, e->n_reply);
	e->reply = NULL;
}

/* Frees an entry that stands in no queue; its client may go with it. */
static void
entry_free(struct orpc_i_replay *cache, struct orpc_i_replay_entry *e)
{
	struct orpc_i_replay_client *client = e->client;
	struct orpc_i_replay_entry **at;

	entry_drop_reply(cache, e);
	at = &cache->table[e->hash & (cache->table_size - 1)];
	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	client_holds(cache, client, -1, 0, sizeof(*e));
	if (cache->spare_entries.n < SPARE_ENTRIES)
		orpc_i_spare_put(&cache->spare_entries, e);
	else
		orpc_i_hook_free(cache->allocator, e, sizeof(*e));
	client_free_unused(cache, client);
}

/* Takes the oldest ended entry of a client away. */
static void
client_lose_oldest(struct orpc_i_replay *cache,
    struct orpc_i_replay_client *client)
{
	struct orpc_i_replay_entry *e = client->first;

	client->first = e->client_next;
	if (!client->first)
		client->last = NULL;
	if (e->all_prev)
		e->all_prev->all_next = e->all_next;
	else
		cache->all_first = e->all_next;
	if (e->all_next)
		e->all_next->all_prev = e->all_prev;
	else
		cache->all_last = e->all_prev;
	entry_free(cache, e);
}

void
orpc_i_replay_close(struct orpc_i_replay *cache,
    struct orpc_i_replay_client *client)
{
	assert(client->n_open > 0);
	if (!client->n_name) {
		client->closed = true;
		while (client->first)
			client_lose_oldest(cache, client);
	}
	client->n_open--;
	client_free_unused(cache, client);
}

/*
 * Makes room for one more entry, or `bytes` more of replies.  The holder of
 * most may have nothing but running calls: then the oldest of all goes.
 */
static int
cache_make_room(struct orpc_i_replay *cache, unsigned entries, size_t bytes)
{
	const struct orpc_i_replay_limits *limits = &cache->limits;
	struct orpc_i_replay_client *client;

	while (cache->counts.entries + entries > limits->entries ||
	    cache->counts.bytes + bytes > limits->bytes) {
		if (cache->counts.entries + entries > limits->entries)
			client = container_of(
			    orpc_i_holders_most(&cache->by_entries),
			    struct orpc_i_replay_client, entries);
		else
			client = container_of(
			    orpc_i_holders_most(&cache->by_bytes),
			    struct orpc_i_replay_client, bytes);
		if (!client->first) {
			if (!cache->all_first)
				return -OXDR_E_LIMIT;
			client = cache->all_first->client;
		}
		client_lose_oldest(cache, client);
		cache->counts.evicted++;
	}
	return 0;
}

/* Doubles the table; when there is no memory chains grow instead. */
static void
table_grow(struct orpc_i_replay *cache)
{
	size_t size = cache->table_size * 2;
	struct orpc_i_replay_entry **table, *e, *next;

	table = orpc_i_hook_alloc(cache->allocator, size * sizeof(*table));
	if (!table)
		return;
	memset(table, 0, size * sizeof(*table));
	for (size_t i = 0; i < cache->table_size; i++)
		for (e = cache->table[i]; e; e = next) {
			next = e->next;
			e->next = table[e->hash & (size - 1)];
			table[e->hash & (size - 1)] = e;
		}
	orpc_i_hook_free(cache->allocator, cache->table,
	    cache->table_size * sizeof(*table));
	cache->table = table;
	cache->table_size = size;
}

static int
entry_new(struct orpc_i_replay *cache, struct orpc_i_replay_client *client,
    const struct orpc_i_replay_key *key, uint64_t hash,
    struct orpc_i_replay_entry **out_entry)
{
	struct orpc_i_replay_entry *e, **at;
	int r;

	if (client->entries.held >= cache->limits.per_client) {
		if (!client->first)
			return -OXDR_E_LIMIT;
		client_lose_oldest(cache, client);
	}
	r = cache_make_room(cache, 1, sizeof(*e));
	if (r)
		return r;
	e = orpc_i_spare_take(&cache->spare_entries);
	if (!e)
		e = orpc_i_hook_alloc(cache->allocator, sizeof(*e));
	if (!e)
		return -OXDR_E_NOMEM;
	if (cache->counts.entries >= cache->table_size)
		table_grow(cache);
	memset(e, 0, sizeof(*e));
	e->client = client;
	e->key = *key;
	e->hash = hash;
	e->state = ENTRY_RUNNING;
	at = &cache->table[hash & (cache->table_size - 1)];
	e->next = *at;
	*at = e;
	client_holds(cache, client, 1, sizeof(*e), 0);
	*out_entry = e;
	return 0;
}

static bool
entry_is_old(const struct orpc_i_replay *cache,
    const struct orpc_i_replay_entry *e, int64_t now_ns)
{
	return e->state != ENTRY_RUNNING &&
	    now_ns - e->ended_ns >= cache->limits.window_ns;
}

static void
cache_expire(struct orpc_i_replay *cache, int64_t now_ns, unsigned most)
{
	while (most-- > 0 && cache->all_first &&
	    entry_is_old(cache, cache->all_first, now_ns))
		client_lose_oldest(cache, cache->all_first->client);
}

static int
entry_repeat(struct orpc_i_replay *cache, const struct orpc_i_replay_entry *e,
    struct orpc_i_replay_reply *out_reply)
{
	if (e->state == ENTRY_RUNNING) {
		cache->counts.dropped_running++;
		return REPLAY_RUNNING;
	}
	if (e->state == ENTRY_LOST) {
		cache->counts.dropped_lost++;
		return REPLAY_LOST;
	}
	cache->counts.answered++;
	out_reply->bytes = e->reply;
	out_reply->n = e->n_reply;
	out_reply->secret = e->secret;
	return REPLAY_ANSWER;
}

int
orpc_i_replay_begin(struct orpc_i_replay *cache,
    struct orpc_i_replay_client *client, const struct orpc_i_replay_key *key,
    int64_t now_ns, struct orpc_i_replay_entry **out_entry,
    struct orpc_i_replay_reply *out_reply)
{
	uint64_t hash = key_hash(cache, client, key);
	struct orpc_i_replay_entry *e;
	int r;

	assert(client->n_open > 0);
	cache_expire(cache, now_ns, EXPIRE_BATCH);
	for (e = cache->table[hash & (cache->table_size - 1)]; e; e = e->next)
		if (e->hash == hash && e->client == client &&
		    key_same(&e->key, key) && !entry_is_old(cache, e, now_ns))
			return entry_repeat(cache, e, out_reply);
	r = entry_new(cache, client, key, hash, out_entry);
	if (r) {
		cache->counts.refused++;
		return r;
	}
	return REPLAY_NEW;
}

static bool
entry_keep(struct orpc_i_replay *cache, struct orpc_i_replay_entry *e,
    const struct oxdr_piece *pieces, size_t n_pieces)
{
	size_t n = 0;
	uint8_t *at;

	for (size_t i = 0; i < n_pieces; i++)
		n += pieces[i].len;
	if (n == 0 || n > cache->limits.reply_max ||
	    cache_make_room(cache, 0, block_bytes(n)))
		return false;
	e->reply = block_take(cache, n);
	if (!e->reply)
		return false;
	e->n_reply = (uint32_t)n;
	client_holds(cache, e->client, 0, block_bytes(n), 0);
	at = e->reply;
	for (size_t i = 0; i < n_pieces; i++) {
		memcpy(at, pieces[i].base, pieces[i].len);
		at += pieces[i].len;
	}
	return true;
}

void
orpc_i_replay_end(struct orpc_i_replay *cache, struct orpc_i_replay_entry *e,
    const struct oxdr_piece *pieces, size_t n, bool secret, int64_t now_ns)
{
	struct orpc_i_replay_client *client = e->client;

	assert(e->state == ENTRY_RUNNING);
	if (client->closed) {
		entry_free(cache, e);
		return;
	}
	e->secret = secret;
	if (entry_keep(cache, e, pieces, n)) {
		e->state = ENTRY_KEPT;
	} else {
		e->state = ENTRY_LOST;
		cache->counts.oversized++;
	}
	e->ended_ns = now_ns;
	if (client->last)
		client->last->client_next = e;
	else
		client->first = e;
	client->last = e;
	e->all_prev = cache->all_last;
	if (cache->all_last)
		cache->all_last->all_next = e;
	else
		cache->all_first = e;
	cache->all_last = e;
}

void
orpc_i_replay_forget(struct orpc_i_replay *cache,
    struct orpc_i_replay_entry *entry)
{
	assert(entry->state == ENTRY_RUNNING);
	entry_free(cache, entry);
}

int64_t
orpc_i_replay_expire(struct orpc_i_replay *cache, int64_t now_ns)
{
	cache_expire(cache, now_ns, UINT32_MAX);
	if (!cache->all_first)
		return INT64_MAX;
	return cache->all_first->ended_ns + cache->limits.window_ns;
}

/* ---- The cache ------------------------------------------------------- */

static const struct orpc_i_replay_limits limits_default = {
	.window_ns = ORPC_I_REPLAY_WINDOW_NS,
	.bytes = ORPC_I_REPLAY_BYTES,
	.entries = ORPC_I_REPLAY_ENTRIES,
	.per_client = ORPC_I_REPLAY_PER_CLIENT,
	.reply_max = ORPC_I_REPLAY_REPLY_MAX
};

int
orpc_i_replay_init(struct orpc_i_replay *cache,
    const struct orpc_i_replay_limits *limits,
    const struct oxdr_allocator *allocator, uint64_t seed)
{
	memset(cache, 0, sizeof(*cache));
	cache->limits = limits ? *limits : limits_default;
	if (cache->limits.reply_max > BLOCK_MAX)
		cache->limits.reply_max = BLOCK_MAX;
	cache->allocator = allocator;
	cache->by_entries.allocator = allocator;
	cache->by_bytes.allocator = allocator;
	cache->seed = seed;
	cache->table = orpc_i_hook_alloc(allocator,
	    TABLE_MIN * sizeof(struct orpc_i_replay_entry *));
	cache->names = orpc_i_hook_alloc(allocator,
	    TABLE_MIN * sizeof(struct orpc_i_replay_client *));
	cache->table_size = cache->names_size = TABLE_MIN;
	if (!cache->table || !cache->names) {
		orpc_i_replay_fini(cache);
		return -OXDR_E_NOMEM;
	}
	memset(cache->table, 0, TABLE_MIN * sizeof(*cache->table));
	memset(cache->names, 0, TABLE_MIN * sizeof(*cache->names));
	return 0;
}

void
orpc_i_replay_fini(struct orpc_i_replay *cache)
{
	while (cache->all_first)
		client_lose_oldest(cache, cache->all_first->client);
	assert(cache->counts.entries == 0 && cache->counts.clients == 0);
	orpc_i_replay_trim(cache);
	orpc_i_holders_fini(&cache->by_entries);
	orpc_i_holders_fini(&cache->by_bytes);
	orpc_i_hook_free(cache->allocator, cache->table,
	    cache->table_size * sizeof(struct orpc_i_replay_entry *));
	orpc_i_hook_free(cache->allocator, cache->names,
	    cache->names_size * sizeof(struct orpc_i_replay_client *));
	memset(cache, 0, sizeof(*cache));
}
