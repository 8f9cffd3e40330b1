"""What a diagram would have allowed: the steps of past cases replayed by tokens, nothing is run.

net = net_of(model)
told = replay(net, ["acknowledge", "verify", …])     fits, or what was skipped or out of place
beside = independent(net)                            pairs of steps that may run side by side
"""

from engine.spiff.replaying.building import net_of
from engine.spiff.replaying.net import Net
from engine.spiff.replaying.search import Replay, replay
from engine.spiff.replaying.sides import independent

__all__ = ["Net", "Replay", "independent", "net_of", "replay"]
