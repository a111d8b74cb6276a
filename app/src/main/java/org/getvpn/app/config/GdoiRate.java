// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalLong;
import org.getvpn.ks.api.InvalidConfiguration.Problem;
import org.getvpn.ks.api.ObjectReader;

/**
 * How many packets of GDOI a member may send to key servers. A registration is about ten, a rekey's
 * acknowledgement one. P4 switches keep to it.
 */
public final class GdoiRate {
    /** What holds where nothing is said. */
    public static final GdoiRate USUAL = new GdoiRate(100);

    private static final String FIELD = "gdoiRate";
    private static final int LEAST = 10;
    private static final int MOST = 1000;

    /** What bmv2 is told as a rate it reads back as one less now and then, but not of these. */
    private static final int STEP = 10;

    private final int perSecond;

    /**
     * @param perSecond packets a second, a multiple of 10 from 10 to 1000
     * @throws IllegalArgumentException for anything else
     */
    public GdoiRate(int perSecond) {
        if (perSecond < LEAST || perSecond > MOST || perSecond % STEP != 0) {
            throw new IllegalArgumentException(perSecond + " packets a second");
        }
        this.perSecond = perSecond;
    }

    /** Reads {@code gdoiRate} of {@code keyServer}; the usual rate after a problem was reported. */
    static GdoiRate read(JsonNode keyServer, List<Problem> problems) {
        if (!keyServer.isObject()) {
            return USUAL;
        }
        ObjectReader reader = new ObjectReader("keyServer", keyServer, problems);
        OptionalLong rate = reader.number(FIELD, LEAST, MOST, OptionalLong.of(USUAL.perSecond));
        if (rate.isEmpty()) {
            return USUAL;
        }
        if (rate.getAsLong() % STEP != 0) {
            reader.problem(FIELD, "must be a multiple of " + STEP);
            return USUAL;
        }
        return new GdoiRate((int) rate.getAsLong());
    }

    /** Packets a second, 10 to 1000. */
    public int perSecond() {
        return perSecond;
    }

    /** Packets at once, after a silence of two seconds. */
    public int burst() {
        return 2 * perSecond;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GdoiRate && ((GdoiRate) other).perSecond == perSecond;
    }

    @Override
    public int hashCode() {
        return perSecond;
    }

    @Override
    public String toString() {
        return perSecond + " packets a second";
    }
}
