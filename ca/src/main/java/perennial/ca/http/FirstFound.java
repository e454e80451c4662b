// SPDX-License-Identifier: Apache-2.0
package perennial.ca.http;

import java.util.List;
import perennial.protocol.http.BytesHandler;

/// Several services with files of different names in one place: whoever has the file answers.
public final class FirstFound implements BytesHandler {
    private static final int NOT_FOUND = 404;

    private final List<BytesHandler> services;

    public FirstFound(List<BytesHandler> services) {
        this.services = List.copyOf(services);
    }

    @Override
    public Answer handle(Request request) {
        for (BytesHandler service : services) {
            Answer answer = service.handle(request);
            if (answer.status() != NOT_FOUND) {
                return answer;
            }
        }
        return Answers.notFound();
    }
}
