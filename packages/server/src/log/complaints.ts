import type { FailureCode } from '@ddprofiler-rc/core';

/** Which failure of one thing the log has: a thing that goes on failing in the same way is logged once, until it works again. */
export class Complaints {
  #code: FailureCode | undefined;

  /** Notes a failure. @returns whether it is news: the one before had another code, or was over */
  isNews(code: FailureCode): boolean {
    const isNews = this.#code !== code;
    this.#code = code;
    return isNews;
  }

  /** It works again. */
  over(): void {
    this.#code = undefined;
  }
}
