// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import perennial.agent.json.Json;

/// One question and its answer.
@FunctionalInterface
interface Route {
    Json.Members answer(Call call) throws Json.MalformedException, InterruptedException;
}
