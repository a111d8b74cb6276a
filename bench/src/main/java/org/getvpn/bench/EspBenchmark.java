// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.EspDecapsulator;
import org.getvpn.gm.esp.EspEncapsulator;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SaSnapshot;
import org.getvpn.gm.sa.SequenceWatch;
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

    /** Who computes AES-GCM. */
    @Param({"AUTO"})
    public AeadChoice crypto;

    private final EspEncapsulator encapsulator = new EspEncapsulator();
    private final EspDecapsulator decapsulator = new EspDecapsulator();
    private MemorySegment inner;
    private MemorySegment outer;
    private MemorySegment opened;
    private SaSnapshot sas;
    private OutboundSa outbound;
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
        SaDatabase database = new SaDatabase(crypto.provider(), SequenceWatch.NONE);
        database.install(
                new Tek(
                        Spi.of(0x1000),
                        EspTransform.AES_GCM_16_256,
                        SecretBytes.copyOf(keyAndSalt),
                        SecretBytes.copyOf(new byte[0]),
                        3600,
                        Tek.Direction.SYMMETRIC,
                        List.of()));
        database.activate(Spi.of(0x1000), new SenderId(1, 8));
        sas = database.reader().refresh();
        inner = Arena.global().allocate(2048);
        outer = Arena.global().allocate(2048);
        opened = Arena.global().allocate(2048);
        Ipv4.write(inner, 0, 0, octets, 1, 0, 64, 17, 0x0a010001_0a020001L);
        PacketKey flow = new PacketKey();
        flow.read(inner, 0);
        outbound = sas.outbound(flow);
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
        key = new SecretKeySpec(keyAndSalt, 0, 32, "AES");
        text = new byte[octets];
        sealed = new byte[octets + AeadCipher.ICV];
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
    public int encapsulate() {
        return encapsulator.encapsulate(outbound, inner, 0, outer, 0, 0);
    }

    /** A packet into ESP and out of it. */
    @Benchmark
    public int encapsulateAndDecapsulate() {
        encapsulator.encapsulate(outbound, inner, 0, outer, 0, 0);
        return decapsulator.decapsulate(sas, outer, 0, opened, 0, 0);
    }
}
