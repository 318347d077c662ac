# losses
