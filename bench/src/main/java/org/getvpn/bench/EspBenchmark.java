// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import java.lang.foreign.Arena;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.esp.Esp;
import org.getvpn.gm.esp.EspDecapsulator;
import org.getvpn.gm.esp.EspEncapsulator;
import org.getvpn.gm.esp.JdkAesGcm;
import org.getvpn.gm.io.PacketSocket;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Frame;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.OutboundSa;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One packet through ESP, and the bare cipher over as many octets as the base line. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EspBenchmark {
    private static final int KEY_AND_SALT = 36;

    /** Octets of the inner packet. */
    @Param({"64", "512", "1400"})
    public int octets;

    private Frame frame;
    private OutboundSa outbound;
    private InboundSa inbound;
    private Cipher cipher;
    private SecretKeySpec key;
    private byte[] text;
    private byte[] sealed;
    private long nonce;

    /** A key of its own for each fork. */
    @Setup
    public void prepare() throws GeneralSecurityException {
        byte[] keyAndSalt = new byte[KEY_AND_SALT];
        for (int i = 0; i < keyAndSalt.length; i++) {
            keyAndSalt[i] = (byte) (i * 7 + 1);
        }
        SecretBytes secret = SecretBytes.copyOf(keyAndSalt);
        Spi spi = Spi.of(0x1000);
        outbound = new OutboundSa(spi, new JdkAesGcm(secret), new SenderId(1, 8));
        inbound = new InboundSa(spi, new JdkAesGcm(secret));
        frame = PacketSocket.allocateFrames(Arena.global(), 1, 2048)[0];
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
        key = new SecretKeySpec(keyAndSalt, 0, 32, "AES");
        text = new byte[octets];
        sealed = new byte[octets + Esp.ICV];
    }

    private void fill() {
        frame.received(Ethernet.HEADER + octets);
        frame.u16(12, Ethernet.IPV4);
        Ipv4.write(frame, Ethernet.HEADER, 0, octets, 1, 0, 64, Ipv4.UDP, 0x0a010001, 0x0a020001);
    }

    /** The base line: AES-256-GCM of the JDK over arrays. */
    @Benchmark
    public int bareCipher() throws GeneralSecurityException {
        byte[] iv = new byte[12];
        long n = ++nonce;
        for (int i = 0; i < 8; i++) {
            iv[4 + i] = (byte) (n >>> 8 * i);
        }
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
        return cipher.doFinal(text, 0, text.length, sealed, 0);
    }

    /** A packet into ESP. */
    @Benchmark
    public boolean encapsulate() {
        fill();
        return EspEncapsulator.encapsulate(frame, outbound);
    }

    /** A packet into ESP and out of it. */
    @Benchmark
    public EspDecapsulator.Result encapsulateAndDecapsulate() {
        fill();
        EspEncapsulator.encapsulate(frame, outbound);
        return EspDecapsulator.decapsulate(frame, inbound);
    }
}
