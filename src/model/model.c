#include "model/model.h"

const char *sv_member_kind_name(sv_member_kind kind)
{
	switch (kind) {
	case SV_FACT:
		return "fact";
	case SV_DIMENSION:
		return "dimension";
	case SV_METRIC:
		return "metric";
	}
	return "member";
}
