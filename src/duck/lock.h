/* lock.h - a mutex, and a nap, of the operating system. */
#ifndef SV_DUCK_LOCK_H
#define SV_DUCK_LOCK_H

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN /* else it declares connect and bind of its sockets */
#include <windows.h>
#undef TEXT /* names of ours */
#undef near

typedef SRWLOCK sv_lock;

static inline void sv_lock_init(sv_lock *lock)
{
	InitializeSRWLock(lock);
}

static inline void sv_lock_take(sv_lock *lock)
{
	AcquireSRWLockExclusive(lock);
}

static inline void sv_lock_give(sv_lock *lock)
{
	ReleaseSRWLockExclusive(lock);
}

static inline void sv_lock_destroy(sv_lock *lock)
{
	(void)lock;
}

static inline void sv_nap(unsigned milliseconds)
{
	Sleep(milliseconds);
}
#else
#include <pthread.h>
#include <time.h>

typedef pthread_mutex_t sv_lock;

static inline void sv_lock_init(sv_lock *lock)
{
	pthread_mutex_init(lock, NULL);
}

static inline void sv_lock_take(sv_lock *lock)
{
	pthread_mutex_lock(lock);
}

static inline void sv_lock_give(sv_lock *lock)
{
	pthread_mutex_unlock(lock);
}

static inline void sv_lock_destroy(sv_lock *lock)
{
	pthread_mutex_destroy(lock);
}

static inline void sv_nap(unsigned milliseconds)
{
	struct timespec span = {.tv_sec = milliseconds / 1000,
	                        .tv_nsec = (long)(milliseconds % 1000) * 1000000L};
	nanosleep(&span, NULL);
}
#endif

#endif
