/* A disk and a clock under a test's control, for the processes that preload this.
 *
 * FAULTS_ROOT     what happens to files below this folder is under control; nothing else is
 * FAULTS_CONTROL  a file of 64-bit numbers, mapped, so that a test changes them at any moment
 * FAULTS_SHADOW   a folder that gets each file and each list of names as of its last flush: what a
 *                 power cut would leave; empty: not wanted, and flushes go to the disk
 * FAULTS_LOG      a file that gets a line for what is read from a connection, flushed, answered
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { FLUSH_ERROR, FLUSHES_BEFORE, FLUSHES_TO_FAIL, FLUSHES_FAILED, FLUSHES_LEFT, WRITE_ERROR,
       CLOCK_OFFSET, PLACES = 8 };

static _Atomic int64_t none[PLACES];
static _Atomic int64_t *control = none;
static const char *root = "", *shadow = "";
static int log_file = -1;

static const char *named(const char *variable) {
    const char *value = getenv(variable);
    return value ? value : "";
}

__attribute__((constructor)) static void begin(void) {
    int file = open(named("FAULTS_CONTROL"), O_RDWR | O_CLOEXEC);
    if (file >= 0) {
        void *page = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (page != MAP_FAILED) control = page;
        close(file);
    }
    root = named("FAULTS_ROOT");
    shadow = named("FAULTS_SHADOW");
    if (*named("FAULTS_LOG"))
        log_file = open(named("FAULTS_LOG"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void note(const char *form, ...) {
    char line[PATH_MAX + 100];
    va_list values;
    if (log_file < 0) return;
    int length = snprintf(line, sizeof line, "%d ", getpid());
    va_start(values, form);
    length += vsnprintf(line + length, sizeof line - (size_t)length, form, values);
    va_end(values);
    if (REAL(write)(log_file, line, (size_t)length) < 0) abort();
}

/* Whether an open file lies below the root; its path. */
static int is_ours(int file, char path[PATH_MAX]) {
    char link[40];
    size_t length = strlen(root);
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t found = readlink(link, path, PATH_MAX - 1);
    if (found < 0 || length == 0) return 0;
    path[found] = 0;
    return strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* What was flushed, kept */

/* An inode's number is given again; with its time of birth it is one file's alone. */
static void name_of(const struct statx *about, char key[64]) {
    snprintf(key, 64, "%llu-%lld.%09u", (unsigned long long)about->stx_ino,
             (long long)about->stx_btime.tv_sec, about->stx_btime.tv_nsec);
}

static void list_names(int folder, FILE *out) {
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = fdopendir(again);
    struct dirent *entry;
    if (!names) abort();
    while ((entry = readdir(names))) {
        struct statx about;
        char key[64];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (statx(again, entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_ALL, &about)) continue;
        name_of(&about, key);
        fprintf(out, "%s %o %s\n", key, about.stx_mode, entry->d_name);
    }
    closedir(names);
}

/* Never through a second descriptor where the first can read: closing that would let go of all
 * locks that SQLite holds on the file. */
static void copy_content(int file, FILE *out) {
    char block[1 << 16], link[40];
    int reader = file;
    off_t at = 0;
    ssize_t got;
    if ((fcntl(file, F_GETFL) & O_ACCMODE) == O_WRONLY) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        reader = open(link, O_RDONLY | O_CLOEXEC);
    }
    while ((got = pread(reader, block, sizeof block, at)) > 0) {
        fwrite(block, 1, (size_t)got, out);
        at += got;
    }
    if (reader != file) close(reader);
}

static void keep(int file, const char *path) {
    char key[64], kept[PATH_MAX], staged[PATH_MAX];
    struct statx about;
    if (statx(file, "", AT_EMPTY_PATH, STATX_ALL, &about)) abort();
    name_of(&about, key);
    snprintf(kept, sizeof kept, "%s/%s", shadow, strcmp(path, root) ? key : "root");
    snprintf(staged, sizeof staged, "%s/.%ld", shadow, syscall(SYS_gettid));
    FILE *out = fopen(staged, "we");
    if (!out) abort();
    if (S_ISDIR(about.stx_mode)) list_names(file, out);
    else copy_content(file, out);
    if (fclose(out) || rename(staged, kept)) abort();
}

/* Flushing */

static int flush(int file, int (*really)(int)) {
    char path[PATH_MAX];
    int result = 0;
    if (!is_ours(file, path)) return really(file);
    if (atomic_load(&control[FLUSHES_LEFT]) > 0 && atomic_fetch_sub(&control[FLUSHES_LEFT], 1) == 1)
        kill(getpid(), SIGKILL);
    note("flush-begins %ld %s\n", syscall(SYS_gettid), path);
    int error = (int)atomic_load(&control[FLUSH_ERROR]);
    if (error && atomic_fetch_sub(&control[FLUSHES_BEFORE], 1) <= 0) {
        if (atomic_fetch_sub(&control[FLUSHES_TO_FAIL], 1) == 1)
            atomic_store(&control[FLUSH_ERROR], 0);
        atomic_fetch_add(&control[FLUSHES_FAILED], 1);
        errno = error;
        result = -1;
    } else if (*shadow) {
        keep(file, path);
    } else {
        result = really(file);
    }
    int kept = errno;
    if (result == 0) note("flush-ends %ld %s\n", syscall(SYS_gettid), path);
    errno = kept;
    return result;
}

int fsync(int file) { return flush(file, REAL(fsync)); }
int fdatasync(int file) { return flush(file, REAL(fdatasync)); }

/* Writing */

static int is_refused(int file) {
    char path[PATH_MAX];
    if (!atomic_load(&control[WRITE_ERROR]) || !is_ours(file, path)) return 0;
    errno = (int)atomic_load(&control[WRITE_ERROR]);
    return 1;
}

static void note_answer(int file, const char *begin, size_t length) {
    if (log_file >= 0 && length > 12 && !memcmp(begin, "HTTP/1.1 ", 9))
        note("answer %d %.3s\n", file, begin + 9);
}

ssize_t write(int file, const void *content, size_t length) {
    note_answer(file, content, length);
    return is_refused(file) ? -1 : REAL(write)(file, content, length);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    if (count > 0) note_answer(file, parts[0].iov_base, parts[0].iov_len);
    return is_refused(file) ? -1 : REAL(writev)(file, parts, count);
}

ssize_t pwrite64(int file, const void *content, size_t length, off64_t at) {
    return is_refused(file) ? -1 : REAL(pwrite64)(file, content, length, at);
}

ssize_t pwrite(int file, const void *content, size_t length, off_t at) {
    return pwrite64(file, content, length, at);
}

/* Connections */

ssize_t send(int connection, const void *content, size_t length, int flags) {
    note_answer(connection, content, length);
    return REAL(send)(connection, content, length, flags);
}

static void note_read(int connection, ssize_t got) {
    int kept = errno;
    struct stat file;
    if (log_file >= 0 && got > 0 && !fstat(connection, &file) && S_ISSOCK(file.st_mode))
        note("read %d\n", connection);
    errno = kept;
}

ssize_t recv(int connection, void *content, size_t length, int flags) {
    ssize_t got = REAL(recv)(connection, content, length, flags);
    note_read(connection, got);
    return got;
}

ssize_t read(int file, void *content, size_t length) {
    ssize_t got = REAL(read)(file, content, length);
    note_read(file, got);
    return got;
}

/* The clock on the wall; the one that only measures is left alone. */

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = REAL(clock_gettime)(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += atomic_load(&control[CLOCK_OFFSET]);
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec fine;
    int result = clock_gettime(CLOCK_REALTIME, &fine);
    now->tv_sec = fine.tv_sec;
    now->tv_usec = fine.tv_nsec / 1000;
    return result;
}

time_t time(time_t *out) {
    struct timespec fine;
    clock_gettime(CLOCK_REALTIME, &fine);
    if (out) *out = fine.tv_sec;
    return fine.tv_sec;
}
