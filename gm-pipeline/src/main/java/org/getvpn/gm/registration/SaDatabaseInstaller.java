// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.sa.InboundSa;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.SaDatabase;

/**
 * Brings the packet path's SA database to what the control side wants. Order: new keys are received
 * first, then one is sent with, old ones go last.
 */
public final class SaDatabaseInstaller implements SaInstaller {
    /** A packet thread works with a snapshot for one batch; this is longer by far. */
    private static final int GRACE_SECONDS = 5;

    /** An SA in use; {@code fingerprint} is a copy of its key, to know it again. */
    private record Installed(SecretBytes fingerprint, AeadCipher cipher) {}

    private final SaDatabase database;
    private final Function<SecretBytes, AeadCipher> ciphers;
    private final Executor afterGrace =
            CompletableFuture.delayedExecutor(GRACE_SECONDS, TimeUnit.SECONDS);
    private final Map<Spi, Installed> received = new HashMap<>();
    private List<TrafficRule> rules = List.of();
    private Spi sending;
    private SenderId senderId;
    private AeadCipher sendingCipher;

    /**
     * @param ciphers makes a cipher of key ‖ salt, for one thread each
     */
    public SaDatabaseInstaller(SaDatabase database, Function<SecretBytes, AeadCipher> ciphers) {
        this.database = database;
        this.ciphers = ciphers;
    }

    @Override
    public void install(TrafficKeys keys) {
        for (StagedTek one : keys.teks()) {
            receive(one.tek());
        }
        if (!keys.rules().equals(rules)) {
            rules = keys.rules();
            database.replaceRules(rules);
        }
        for (StagedTek one : keys.teks()) {
            if (one.stage() == TekStage.SENDABLE && !keys.senderIds().isEmpty()) {
                send(one.tek(), keys.senderIds().getFirst());
            }
        }
        for (Spi spi : List.copyOf(received.keySet())) {
            if (keys.teks().stream().noneMatch(one -> one.tek().spi().equals(spi))) {
                remove(spi);
            }
        }
    }

    private void receive(Tek tek) {
        Installed present = received.get(tek.spi());
        if (present != null && present.fingerprint().equals(tek.cipherKey())) {
            return; // its replay state goes on
        }
        if (present != null) {
            remove(tek.spi());
        }
        byte[] key = tek.cipherKey().expose();
        AeadCipher cipher = ciphers.apply(tek.cipherKey());
        received.put(tek.spi(), new Installed(SecretBytes.wrap(key), cipher));
        database.install(new InboundSa(tek.spi(), cipher));
    }

    private void send(Tek tek, SenderId id) {
        if (tek.spi().equals(sending) && id.equals(senderId)) {
            return; // its counter goes on: a restart of it would repeat IVs
        }
        AeadCipher before = sendingCipher;
        sending = tek.spi();
        senderId = id;
        sendingCipher = ciphers.apply(tek.cipherKey());
        database.activate(new OutboundSa(tek.spi(), sendingCipher, id));
        closeLater(before);
    }

    private void remove(Spi spi) {
        database.remove(spi);
        Installed gone = received.remove(spi);
        gone.fingerprint().destroy();
        closeLater(gone.cipher());
        if (spi.equals(sending)) {
            closeLater(sendingCipher);
            sending = null;
            sendingCipher = null;
        }
    }

    /** A packet thread may be in the middle of a batch with it. */
    private void closeLater(AeadCipher cipher) {
        if (cipher != null) {
            afterGrace.execute(cipher::close);
        }
    }
}
