/* SPDX-License-Identifier: Apache-2.0
 * A token library without tokens; with -DCRASH or -DHANG it crashes or hangs when it is asked for them. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long ulong;
typedef ulong (*function)();
struct list { unsigned char version[2]; function functions[68]; };
struct info { unsigned char interface[2]; char maker[32]; ulong flags; char description[32]; unsigned char version[2]; };

static ulong ok() { return 0; }
static ulong unsupported() { return 0x54; }

static ulong get_info(struct info *answer) {
    memset(answer, 0, sizeof *answer);
    memset(answer->maker, ' ', 32);
    memset(answer->description, ' ', 32);
    memcpy(answer->description, "Test PKCS#11", 12);
    answer->version[0] = 3;
    return 0;
}

static ulong get_slot_list(unsigned char present, ulong *slots, ulong *count) {
#ifdef CRASH
    raise(SIGSEGV);
#endif
#ifdef HANG
    for (;;) sleep(1);
#endif
    *count = 0;
    return 0;
}

static struct list all;

ulong C_GetFunctionList(struct list **answer) {
    for (int i = 0; i < 68; i++) all.functions[i] = unsupported;
    all.functions[0] = ok;
    all.functions[1] = ok;
    all.functions[2] = get_info;
    all.functions[4] = get_slot_list;
    all.version[0] = 2;
    all.version[1] = 40;
    *answer = &all;
    return 0;
}
