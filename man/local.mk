# SPDX-License-Identifier: BSD-3-Clause
# One line a page, in the order of the sections.
#   dist_man_MANS += man/idlc.1
dist_man_MANS += man/election.1
dist_man_MANS += man/election-admin.1
dist_man_MANS += man/election-server.1
dist_man_MANS += man/idlc.1
dist_man_MANS += man/idlc_tables_new.3
dist_man_MANS += man/orpc_call.3
dist_man_MANS += man/orpc_client.3
dist_man_MANS += man/orpc_client_carry.3
dist_man_MANS += man/orpc_request.3
dist_man_MANS += man/orpc_server.3
dist_man_MANS += man/orpcload.1
dist_man_MANS += man/orpcinfo.1
dist_man_MANS += man/orpc_addr_parse.3
dist_man_MANS += man/orpc_binder_open.3
dist_man_MANS += man/orpc_error_text.3
dist_man_MANS += man/orpc_loop_new.3
dist_man_MANS += man/orpc_registerrpc.3
EXTRA_DIST += man/orpc_tirpc_client_open.3
if HAVE_LIBTIRPC
man_MANS += man/orpc_tirpc_client_open.3
endif
dist_man_MANS += man/orpcbind.8
dist_man_MANS += man/idl.5
dist_man_MANS += man/liborpc.3
dist_man_MANS += man/libidlc.3
dist_man_MANS += man/liboxdr.3
dist_man_MANS += man/oxdr_arena.3
dist_man_MANS += man/oxdr_json.3
dist_man_MANS += man/oxdr_reader.3
dist_man_MANS += man/oxdr_value.3
dist_man_MANS += man/oxdr_writer.3
