/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rpcgen as a command of the idlc program.
 */
#ifndef IDLC_EMIT_RPCGEN_RPCGEN_H
#define IDLC_EMIT_RPCGEN_RPCGEN_H

/*
 * Runs rpcgen's command line.  argv[0] is how the program was called; a first
 * argument "--rpcgen" is skipped.  Returns the exit status: 0, or 1 for any
 * error.
 */
int rpcgen_main(int argc, char **argv);

#endif
