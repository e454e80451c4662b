// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.List;

/// The nine rows of `selfTest.htm`, IC卡功能檢測, in the order that holders and help desks know.
public enum SelfTestRow implements Item {
    SYSTEM(1),
    COMPONENT(2),
    PARTS(3),
    LIBRARIES(4),
    CARD(5),
    PIN(6),
    SIGNATURE(7),
    SIGNATURE_CERTIFICATE(8),
    ENCRYPTION_CERTIFICATE(9);

    private final int number;

    SelfTestRow(int number) {
        this.number = number;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public List<Topic> topics() {
        return switch (this) {
            case SYSTEM -> List.of(Topic.LOOPBACK_ACCESS, Topic.BROWSER, Topic.OPERATING_SYSTEM);
            case COMPONENT -> List.of(Topic.PORT, Topic.COMPONENT);
            case PARTS -> List.of(Topic.JOURNAL, Topic.HOME);
            case LIBRARIES -> List.of(Topic.LIBRARIES);
            case CARD -> List.of(Topic.READERS, Topic.CARD);
            case PIN -> List.of(Topic.PIN);
            case SIGNATURE -> List.of(Topic.SIGNATURE);
            case SIGNATURE_CERTIFICATE ->
                    List.of(Topic.CLOCK, Topic.SIGNATURE_STATUS, Topic.SIGNATURE_VALIDITY);
            case ENCRYPTION_CERTIFICATE ->
                    List.of(Topic.ENCRYPTION, Topic.ENCRYPTION_STATUS, Topic.ENCRYPTION_VALIDITY);
        };
    }
}
