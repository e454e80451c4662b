// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.net.URI;
import perennial.agent.AgentException;
import perennial.agent.consent.Consented;
import perennial.agent.consent.Origin;
import perennial.agent.json.Json;
import perennial.agent.update.UpdateNotice;
import perennial.core.advice.Problem;

/// Questions of the settings page. Each is answered with the settings as they are then.
final class SettingRoutes {
    private final LoopbackServer.Identity identity;
    private final LoopbackServer.Settings settings;

    SettingRoutes(LoopbackServer.Identity identity, LoopbackServer.Settings settings) {
        this.identity = identity;
        this.settings = settings;
    }

    Json.Members all() {
        return new Json.Members()
                .with("version", identity.version())
                .with("home", settings.home().toAbsolutePath().toString())
                .with("authorities", Answers.list(identity.origins(), SettingRoutes::origin))
                .with("dialect", settings.dialect().on())
                .with("update", settings.updates().newer().map(SettingRoutes::update))
                .with("sites", Answers.list(settings.consents().all(), SettingRoutes::site));
    }

    private static Json origin(URI origin) {
        return new Json.Text(origin.toString());
    }

    private static Json update(UpdateNotice notice) {
        return new Json.Members()
                .with("version", notice.version())
                .with("link", notice.link().toString())
                .with("zh-TW", notice.chinese())
                .with("en", notice.english());
    }

    private static Json site(Consented site) {
        return new Json.Members()
                .with("origin", site.origin().text())
                .with("source", site.source().name())
                .with("since", site.since().toString())
                .with("mayBringPin", site.mayBringPin())
                .with("revoked", site.revoked());
    }

    Json.Members allow(Call call) throws Json.MalformedException {
        settings.consents().allow(asked(call));
        return all();
    }

    Json.Members revoke(Call call) throws Json.MalformedException {
        settings.consents().revoke(asked(call));
        return all();
    }

    private static Origin asked(Call call) throws Json.MalformedException {
        return Origin.parse(call.json().text("origin").orElse(""))
                .orElseThrow(() -> new AgentException(Problem.REQUEST_INVALID, "not an origin"));
    }

    Json.Members dialect(Call call) throws Json.MalformedException {
        settings.dialect().turn(call.json().text("on").orElse("").equals("yes"));
        return all();
    }
}
