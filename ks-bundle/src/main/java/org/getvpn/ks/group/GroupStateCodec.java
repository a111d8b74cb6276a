// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.SaDirection;

/** A group's state as a record, form 8. */
final class GroupStateCodec {
    private static final int FORM = 8;
    private static final byte[] NONE = {};
    private static final KeyStage[] STAGES = KeyStage.values();
    private static final SaDirection[] DIRECTIONS = SaDirection.values();

    private GroupStateCodec() {}

    /** The record; secret, the caller zeroes it. */
    static byte[] write(GroupState state) {
        RecordWriter writer = new RecordWriter(FORM);
        writer.text(state.policy());
        writer.octets(state.signingKey().publicKey()).secret(state.signingKey().privateKey());
        writer.number64(state.rekeys()).number64(state.seenMillis());
        writer.number8(state.teks().size());
        for (TekState tek : state.teks()) {
            writer.number32(tek.spi().value()).text(tek.transform()).secret(tek.key());
            writer.number64(tek.bornMillis()).number64(tek.lifetimeSeconds());
            writer.number64(tek.activationMillis()).number64(tek.overlapMillis());
            tek.replay().write(writer);
            writer.number8(tek.direction().ordinal());
            writer.number8(tek.stage().ordinal()).number64(tek.changesMillis());
        }
        writer.number8(state.keks().size());
        for (KekState kek : state.keks()) {
            writer.octets(kek.spi()).secret(kek.ivAndKey());
            writer.number64(kek.bornMillis()).number64(kek.lifetimeSeconds());
            writer.number8(kek.stage().ordinal()).number64(kek.changesMillis());
            writer.number64(kek.sequence()).number8(kek.signatureHash());
            writer.number8(kek.acknowledgement()).number32(kek.generation());
            writer.octets(kek.rekeyAddress().map(to -> to.address().getAddress()).orElse(NONE));
            writer.number32(kek.rekeyAddress().map(RekeyAddress::port).orElse(0));
        }
        writer.number8(state.line().isPresent() ? 1 : 0);
        state.line().ifPresent(line -> line.write(writer));
        return writer.finish();
    }

    /** Reads a record and destroys it. */
    static GroupState read(String name, SecretBytes record) {
        return RecordReader.read(name, FORM, record, GroupStateCodec::read);
    }

    private static GroupState read(RecordReader reader) {
        String policy = reader.text();
        SigningKey signing = new SigningKey(reader.octets(), reader.secret());
        long rekeys = reader.number64();
        long seen = reader.number64();
        List<TekState> teks = new ArrayList<>();
        for (int count = reader.number8(); count > 0; count--) {
            teks.add(
                    new TekState(
                            Spi.of(reader.number32()),
                            reader.text(),
                            reader.secret(),
                            reader.number64(),
                            reader.number64(),
                            reader.number64(),
                            reader.number64(),
                            ReplayRule.read(reader),
                            direction(reader),
                            stage(reader),
                            reader.number64()));
        }
        List<KekState> keks = new ArrayList<>();
        for (int count = reader.number8(); count > 0; count--) {
            keks.add(
                    new KekState(
                            reader.octets(),
                            reader.secret(),
                            reader.number64(),
                            reader.number64(),
                            stage(reader),
                            reader.number64(),
                            reader.number64(),
                            reader.number8(),
                            reader.number8(),
                            reader.number32(),
                            rekeyAddress(reader.octets(), reader.number32())));
        }
        GroupState state = new GroupState(policy, signing, teks, keks, rekeys, seen);
        return reader.number8() == 0 ? state : state.withLine(PseudotimeLine.read(reader));
    }

    private static RekeyAddress rekeyAddress(byte[] address, int port) {
        if (address.length == 0) {
            return null;
        }
        try {
            return new RekeyAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + address.length + " octets", e);
        }
    }

    private static SaDirection direction(RecordReader reader) {
        int ordinal = reader.number8();
        if (ordinal >= DIRECTIONS.length) {
            throw new IllegalArgumentException("direction " + ordinal);
        }
        return DIRECTIONS[ordinal];
    }

    private static KeyStage stage(RecordReader reader) {
        int ordinal = reader.number8();
        if (ordinal >= STAGES.length) {
            throw new IllegalArgumentException("stage " + ordinal);
        }
        return STAGES[ordinal];
    }
}
