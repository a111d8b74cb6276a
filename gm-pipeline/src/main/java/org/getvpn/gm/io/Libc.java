// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The few system calls that packet and XDP sockets need, through the foreign function API. */
final class Libc {
    /** There is no such thread. */
    static final int ESRCH = 3;

    /** Interrupted by a signal. */
    static final int EINTR = 4;

    /** An argument is not valid. */
    static final int EINVAL = 22;

    /** Taken and thrown away. */
    static final int EBUSY = 16;

    /** The interface is down. */
    static final int ENETDOWN = 100;

    private static final long SYS_BPF = 321; // of x86-64
    private static final long SYS_FSOPEN = 430; // and these of every processor
    private static final long SYS_FSCONFIG = 431;
    private static final long SYS_FSMOUNT = 432;
    private static final long CLOSE_ON_EXEC = 1;
    private static final long CREATE = 6; // FSCONFIG_CMD_CREATE
    private static final int POLLFD = 8;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = call("bind", INT, INT, LONG, INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", INT, INT, INT, INT, LONG, INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", INT, INT, INT, INT, LONG, LONG);
    private static final MethodHandle RECVMMSG = call("recvmmsg", INT, INT, LONG, INT, INT, LONG);
    private static final MethodHandle SENDMMSG = call("sendmmsg", INT, INT, LONG, INT, INT);
    private static final MethodHandle SENDTO =
            call("sendto", LONG, INT, LONG, LONG, INT, LONG, INT);
    private static final MethodHandle MMAP = call("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);
    private static final MethodHandle MUNMAP = call("munmap", INT, LONG, LONG);
    private static final MethodHandle SYSCALL =
            variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle POLL = call("poll", INT, LONG, LONG, INT);
    private static final MethodHandle OPEN = variadic("open", 2, INT, LONG, INT);
    private static final MethodHandle READV = call("readv", LONG, INT, LONG, INT);
    private static final MethodHandle WRITEV = call("writev", LONG, INT, LONG, INT);
    private static final MethodHandle CLOSE = call("close", INT, INT);
    private static final MethodHandle IF_NAMETOINDEX = call("if_nametoindex", INT, LONG);
    private static final MethodHandle IOCTL = variadic("ioctl", 2, INT, INT, LONG, LONG);
    private static final MethodHandle NANOSLEEP = call("nanosleep", INT, LONG, LONG);
    private static final MethodHandle STRERROR = plain("strerror", LONG, INT);

    private final MemorySegment state;

    /** Bindings for one thread; {@code arena} holds its errno. */
    Libc(Arena arena) {
        state = arena.allocate(STATE);
    }

    @SuppressWarnings("restricted") // system calls are this class's purpose
    private static MethodHandle call(
            String function, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(function).orElseThrow(),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle variadic(
            String function, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(function).orElseThrow(),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle plain(
            String function, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(function).orElseThrow(),
                FunctionDescriptor.of(result, arguments));
    }

    /** Why the last call failed. */
    int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    /** The same in words. */
    String errorText() {
        return errorText(errno());
    }

    /** See socket(2). */
    int socket(int domain, int type, int protocol) throws IOException {
        try {
            return checked("socket", (int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** See bind(2). */
    void bind(int socket, MemorySegment address) throws IOException {
        try {
            checked(
                    "bind",
                    (int)
                            BIND.invokeExact(
                                    state, socket, address.address(), (int) address.byteSize()));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** See setsockopt(2). */
    void setOption(int socket, int level, int option, MemorySegment value) throws IOException {
        try {
            checked(
                    "setsockopt " + option,
                    (int)
                            SETSOCKOPT.invokeExact(
                                    state,
                                    socket,
                                    level,
                                    option,
                                    value.address(),
                                    (int) value.byteSize()));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** See setsockopt(2), for a value of four octets. */
    void setOption(int socket, int level, int option, int value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment octets = arena.allocate(4, 4);
            octets.set(INT, 0, value);
            setOption(socket, level, option, octets);
        }
    }

    /** See getsockopt(2). */
    void getOption(int socket, int level, int option, MemorySegment value, MemorySegment length)
            throws IOException {
        length.set(INT, 0, (int) value.byteSize());
        try {
            checked(
                    "getsockopt " + option,
                    (int)
                            GETSOCKOPT.invokeExact(
                                    state,
                                    socket,
                                    level,
                                    option,
                                    value.address(),
                                    length.address()));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** See if_nametoindex(3); 0 if there is none. */
    int interfaceIndex(MemorySegment name) {
        try {
            return (int) IF_NAMETOINDEX.invokeExact(state, name.address());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See ioctl(2). */
    void control(int descriptor, long code, long argument) throws IOException {
        try {
            checked(
                    "ioctl " + Long.toHexString(code),
                    (int) IOCTL.invokeExact(state, descriptor, code, argument));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** See open(2). */
    int open(MemorySegment path, int flags) throws IOException {
        try {
            return checked("open", (int) OPEN.invokeExact(state, path.address(), flags));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /**
     * See readv(2); negative on failure.
     *
     * @param at where in {@code vectors} the first one is
     */
    long readVector(int descriptor, MemorySegment vectors, long at, int count) {
        try {
            return (long) READV.invokeExact(state, descriptor, vectors.address() + at, count);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See writev(2); negative on failure. */
    long writeVector(int descriptor, MemorySegment vectors, int count) {
        try {
            return (long) WRITEV.invokeExact(state, descriptor, vectors.address(), count);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See recvmmsg(2); negative on failure, then {@link #errno()}. */
    int receiveMessages(int socket, MemorySegment headers, int count, int flags) {
        try {
            return (int) RECVMMSG.invokeExact(state, socket, headers.address(), count, flags, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See sendmmsg(2); negative on failure, then {@link #errno()}. */
    int sendMessages(int socket, long headers, int count) {
        try {
            return (int) SENDMMSG.invokeExact(state, socket, headers, count, 0);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See sendto(2): sends what the socket already knows of, without waiting. */
    long kick(int socket, int flags) {
        try {
            return (long) SENDTO.invokeExact(state, socket, 0L, 0L, flags, 0L, 0);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See mmap(2); the memory lives until {@link #unmap}. */
    @SuppressWarnings("restricted")
    MemorySegment map(int descriptor, long offset, long octets, int protection, int flags)
            throws IOException {
        try {
            long address =
                    (long)
                            MMAP.invokeExact(
                                    state, 0L, octets, protection, flags, descriptor, offset);
            checked("mmap", address == -1 ? -1 : 0);
            return MemorySegment.ofAddress(address).reinterpret(octets);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** See munmap(2). */
    void unmap(MemorySegment memory) {
        try {
            int unused = (int) MUNMAP.invokeExact(state, memory.address(), memory.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See bpf(2). */
    int bpf(int command, MemorySegment attributes) throws IOException {
        try {
            long result =
                    systemCall(SYS_BPF, command, attributes.address(), attributes.byteSize(), 0);
            return checked("bpf " + command, (int) result);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /**
     * A sysfs that shows the network namespace that we are in, mounted at no place: its files are
     * below {@code /proc/self/fd/}. See fsopen(2); Linux 5.2.
     *
     * @return to be closed
     * @throws IOException without CAP_SYS_ADMIN
     */
    int mountSysfs() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom("sysfs").address();
            int opened = checked("fsopen", (int) systemCall(SYS_FSOPEN, name, CLOSE_ON_EXEC, 0, 0));
            try {
                checked("fsconfig", (int) systemCall(SYS_FSCONFIG, opened, CREATE, 0, 0));
                return checked(
                        "fsmount", (int) systemCall(SYS_FSMOUNT, opened, CLOSE_ON_EXEC, 0, 0));
            } finally {
                close(opened);
            }
        }
    }

    /** See syscall(2): for what has no function in the C library. */
    long systemCall(long number, long first, long second, long third, long fourth) {
        try {
            return (long) SYSCALL.invokeExact(state, number, first, second, third, fourth, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See poll(2), for an array of struct pollfd. */
    int poll(MemorySegment descriptors, int timeoutMillis) {
        try {
            return (int)
                    POLL.invokeExact(
                            state,
                            descriptors.address(),
                            descriptors.byteSize() / POLLFD,
                            timeoutMillis);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See nanosleep(2). */
    void sleep(MemorySegment time) {
        try {
            int unused = (int) NANOSLEEP.invokeExact(state, time.address(), 0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** See close(2). */
    void close(int descriptor) {
        try {
            int unused = (int) CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private int checked(String call, int result) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": " + errorText(errno()));
        }
        return result;
    }

    @SuppressWarnings("restricted")
    private static String errorText(int number) {
        try {
            long text = (long) STRERROR.invokeExact(number);
            return MemorySegment.ofAddress(text).reinterpret(256).getString(0);
        } catch (Throwable e) {
            return "error " + number;
        }
    }

    private static IOException thrown(Throwable e) {
        return e instanceof IOException io ? io : new IOException(e);
    }
}
