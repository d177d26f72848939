"""diffrax: everybody at once on JAX, in double precision, compiled before it is timed."""

from functools import cache

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from bench.peers.case import ATOL, MINUTES, RTOL, Array, Case, answer

jax.config.update("jax_enable_x64", True)


def change(_, mg, told):
    k10, k12, k21, k13, k31, rate = told
    centre, fast, slow = mg
    return jnp.stack(
        [
            rate - (k10 + k12 + k13) * centre + k21 * fast + k31 * slow,
            k12 * centre - k21 * fast,
            k13 * centre - k31 * slow,
        ]
    )


def part(mg, told, start, end):
    return diffrax.diffeqsolve(
        diffrax.ODETerm(change),
        diffrax.Tsit5(),
        t0=start,
        t1=end,
        dt0=None,
        y0=mg,
        args=told,
        saveat=diffrax.SaveAt(ts=jnp.arange(start, end + 1.0)),
        stepsize_controller=diffrax.PIDController(rtol=RTOL, atol=ATOL),
    ).ys


@cache
def everybody(until_min):
    def person(v1, *rates):
        during = part(jnp.zeros(3), rates, 0, until_min)
        after = part(during[-1], (*rates[:-1], 0.0), until_min, MINUTES - 1)
        return jnp.concatenate((during[:-1, 0], after[:, 0])) * (1000 / v1)

    return jax.jit(jax.vmap(person, in_axes=(0, 0, 0, 0, 0, 0, None)))


def curves(case: Case) -> Array:
    rates = (case.v1, case.k10, case.k12, case.k21, case.k13, case.k31)
    return np.asarray(everybody(case.until_min)(*rates, case.mg_per_min))


if __name__ == "__main__":
    answer(curves, 1000)
