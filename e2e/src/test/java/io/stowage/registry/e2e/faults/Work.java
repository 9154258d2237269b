package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a server is asked while strace lies in wait: {@link #prepare} brings about what the work
 * needs, undisturbed, and {@link #run} does it, once. Each turn has an image of its own, and moves
 * tags that the turn before has set.
 */
enum Work {
  /** A layer, a config and a manifest, each by POST, PATCH and PUT, onto a tag that is taken. */
  PUSH {
    @Override
    Answer run(Trial trial) throws IOException {
      return trial.pusher().push(image("faults/push", trial), List.of("moving"));
    }
  },
  /** A manifest that is there gets two tags at once, which were on another one. */
  RETAG {
    @Override
    void prepare(Trial trial) throws IOException {
      trial.pusher().push(image("faults/retag", trial), List.of()).expect(201);
    }

    @Override
    Answer run(Trial trial) throws IOException {
      return trial.pusher().retag(image("faults/retag", trial), List.of("one", "two"));
    }
  },
  /** An image whose layer is there in another repository. */
  MOUNT {
    @Override
    void prepare(Trial trial) throws IOException {
      trial.pusher().push(image("faults/from", trial), List.of("moving")).expect(201);
    }

    @Override
    Answer run(Trial trial) throws IOException {
      Image image = image("faults/mount", trial);
      return trial.pusher().push(image, List.of("moving"), "faults/from");
    }
  },
  /** A tag goes. */
  UNTAG {
    @Override
    void prepare(Trial trial) throws IOException {
      trial.pusher().push(image("faults/untag", trial), List.of("here", "gone")).expect(201);
    }

    @Override
    Answer run(Trial trial) throws IOException {
      return trial.pusher().untag("faults/untag", "gone");
    }
  },
  /** A manifest goes with its tags. */
  DELETE {
    @Override
    void prepare(Trial trial) throws IOException {
      trial.pusher().push(image("faults/delete", trial), List.of("one", "two")).expect(201);
    }

    @Override
    Answer run(Trial trial) throws IOException {
      return trial.pusher().delete(image("faults/delete", trial));
    }
  },
  /** Links and bytes go that nothing names. */
  COLLECT {
    @Override
    void prepare(Trial trial) throws IOException {
      Image image = image("faults/collect", trial);
      trial.pusher().push(image, List.of("one")).expect(201);
      trial.pusher().delete(image).expect(202);
      trial.ledger().releaseLoose();
    }

    @Override
    Answer run(Trial trial) throws IOException {
      String text = trial.server().collection();
      int status = text.endsWith("exit 0\n") ? 200 : 500;
      return new Answer(status, Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }
  },
  /** An upload goes on that another server began, and its image is completed. */
  RESUME {
    @Override
    void prepare(Trial trial) throws IOException {
      Image image = image("faults/resume", trial);
      byte[] layer = image.layer();
      try (Caller caller = trial.caller()) {
        Answer begun = caller.begin(image.repository(), "").expect(202);
        byte[] half = Arrays.copyOf(layer, layer.length / 2);
        Answer appended = caller.patch(begun.next(), half).expect(202);
        trial
            .ledger()
            .acknowledge(
                new Ledger.Upload(image.repository(), appended.next(), layer, half.length));
      }
      trial.restart();
    }

    @Override
    Answer run(Trial trial) throws IOException {
      Image image = image("faults/resume", trial);
      Change.Push change = new Change.Push(image, List.of("moving"));
      trial.ledger().begin(change);
      for (Ledger.Upload upload : trial.ledger().uploads()) {
        Answer answer = resume(trial, upload);
        if (answer.status() != 201) {
          return trial.pusher().refused(change, answer);
        }
      }
      return trial.pusher().push(image, List.of("moving"));
    }
  };

  /** Goes on where the server says; one that is gone is for the push to send anew. */
  private static Answer resume(Trial trial, Ledger.Upload upload) throws IOException {
    try (Caller caller = trial.caller()) {
      Answer state = caller.get(upload.target());
      if (state.status() == 404) {
        trial.ledger().end(upload);
        return new Answer(201, Map.of(), new byte[0]);
      }
      return state.status() == 204 ? trial.pusher().resume(upload, Oracle.offset(state)) : state;
    }
  }

  /** A layer longer than what the server keeps with its records, so that it is flushed itself. */
  private static final int LAYER_BYTES = 80_000;

  /** Brings about what {@link #run} needs. */
  void prepare(Trial trial) throws IOException {}

  /**
   * Asks the server, and tells the answer that decided; that of a collection is 200 or 500 with all
   * that it printed. What is acknowledged or refused stands in the ledger.
   *
   * @throws IOException if the server went away
   */
  abstract Answer run(Trial trial) throws IOException;

  /** Whether the answer of {@link #run} says that all is done. */
  boolean isDone(Answer answer) {
    return answer.status() >= 200 && answer.status() <= 202;
  }

  private static Image image(String repository, Trial trial) {
    return new Image(repository, trial.turn(), LAYER_BYTES, trial.turn());
  }
}
