// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import java.util.Objects;
import org.onosproject.net.pi.runtime.PiEntity;
import org.onosproject.net.pi.runtime.PiEntityType;
import org.onosproject.net.pi.runtime.PiHandle;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateRequest;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateResponse;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.EntityUpdateStatus;
import org.onosproject.p4runtime.api.P4RuntimeWriteClient.UpdateType;

/** One update of a batch, and what became of it. */
final class EntityUpdate implements EntityUpdateRequest, EntityUpdateResponse {
    private final PiHandle handle;
    private final PiEntity entity;
    private final UpdateType type;
    private EntityUpdateStatus status = EntityUpdateStatus.PENDING;
    private String explanation = "";
    private Throwable throwable;

    /**
     * @param entity null for a deletion
     */
    EntityUpdate(PiHandle handle, PiEntity entity, UpdateType type) {
        this.handle = Objects.requireNonNull(handle);
        this.entity = entity;
        this.type = Objects.requireNonNull(type);
    }

    void succeeded() {
        status = EntityUpdateStatus.OK;
        explanation = "";
        throwable = null;
    }

    void failed(EntityUpdateStatus why, String words, Throwable cause) {
        status = why;
        explanation = words;
        throwable = cause;
    }

    @Override
    public PiHandle handle() {
        return handle;
    }

    @Override
    public PiEntity entity() {
        return entity;
    }

    @Override
    public UpdateType updateType() {
        return type;
    }

    @Override
    public PiEntityType entityType() {
        return handle.entityType();
    }

    @Override
    public boolean isSuccess() {
        return status == EntityUpdateStatus.OK;
    }

    @Override
    public EntityUpdateStatus status() {
        return status;
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
