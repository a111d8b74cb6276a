// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.onosproject.net.pi.runtime.PiEntity;
import org.onosproject.p4runtime.api.P4RuntimeReadClient;

/** What a switch answered to a Read. */
final class ReadAnswer implements P4RuntimeReadClient.ReadResponse {
    private final List<PiEntity> entities;
    private final String explanation;
    private final Throwable throwable;

    /**
     * @param explanation why the read failed; null if it did not
     * @param throwable with what it failed; null for nothing
     */
    ReadAnswer(List<PiEntity> entities, String explanation, Throwable throwable) {
        this.entities = List.copyOf(entities);
        this.explanation = explanation;
        this.throwable = throwable;
    }

    @Override
    public boolean isSuccess() {
        return explanation == null;
    }

    @Override
    public Collection<PiEntity> all() {
        return entities;
    }

    @Override
    public <E extends PiEntity> Collection<E> all(Class<E> type) {
        return entities.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .collect(Collectors.toList());
    }

    @Override
    public String explanation() {
        return explanation;
    }

    @Override
    public Throwable throwable() {
        return throwable;
    }
}
